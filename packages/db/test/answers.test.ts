import { defaultPolicy } from '@rung/domain';
import { expect } from 'chai';
import {
  type Database,
  expireDays,
  findLearner,
  findShownQuestion,
  gradeDaily,
  makeInboxStore,
  makeMailboxStore,
  saveStanding,
  standingOf,
} from '../src/index.ts';
import { addLearners, addQuestions, addSentDaily, openDatabase } from './fixtures.ts';

describe('grading', () => {
  let db: Database;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ db, close } = await openDatabase());
    await addQuestions(db, { level: 2, topic: 'streaming', count: 8 });
    await addLearners(db, {});
  });
  afterEach(() => close?.());

  const grade = (deliveryId: string, position: 0 | 1 | 2 | 3, receivedAt: string) =>
    db.transaction(async (tx) => {
      const learner = await findLearner(tx, '1');
      const shown = await findShownQuestion(tx, deliveryId);
      if (learner === null || shown === null) throw new Error('fixture');
      const tap = { position, receivedAt: new Date(receivedAt), messageId: 7 };
      return gradeDaily(tx, learner, standingOf(learner), shown, tap, defaultPolicy);
    });
  const rows = (table: string) => db.sql<Record<string, unknown>>(`SELECT * FROM ${table} WHERE user_id = 1`);

  it('writes the answer and all that follows from it', async () => {
    const id = await addSentDaily(db, { userId: 1, questionId: 'streaming-2-1', localDate: '2026-03-10' });
    const graded = await grade(id, 1, '2026-03-10T10:00:05Z');
    expect(graded).to.deep.include({ correct: true, selectedOption: 1, totalAnswered: 1, totalCorrect: 1 });
    expect((await rows('user_answers'))[0]).to.deep.include({
      is_correct: true,
      selected_option: 1,
      time_taken_ms: '5000',
      streak_after: 1,
    });
    expect((await rows('user_questions'))[0]).to.deep.include({ state: 'answered' });
    expect((await rows('topic_performance'))[0]).to.deep.include({
      topic: 'streaming',
      answered: 1,
      correct: 1,
    });
    expect((await rows('streak_history'))[0]).to.deep.include({
      change: 'increment',
      reason: 'correct_answer',
    });
    expect((await rows('outbox_events'))[0]).to.deep.include({ type: 'question.answered' });
    expect(await rows('wrong_answers')).to.have.length(0);
    expect(await findLearner(db, '1')).to.deep.include({
      streak: 1,
      bestStreak: 1,
      consecutiveCorrect: 1,
      lastAnsweredDate: '2026-03-10',
    });
  });

  it('puts a miss into the wrong pool with two tries, counts hits down and lets it go when mastered', async () => {
    const play = async (localDate: string, position: 0 | 1) => {
      await db.sql('UPDATE user_questions SET latest = false');
      const id = await addSentDaily(db, { userId: 1, questionId: 'streaming-2-1', localDate });
      await grade(id, position, `${localDate}T11:00:00Z`);
      return (await rows('wrong_answers')).map((row) => row.remaining_tries);
    };
    expect(await play('2026-03-10', 0)).to.deep.equal([2]);
    expect(await play('2026-03-11', 1)).to.deep.equal([1]);
    expect(await play('2026-03-12', 0)).to.deep.equal([2]);
    expect(await play('2026-03-13', 1)).to.deep.equal([1]);
    expect(await play('2026-03-14', 1)).to.deep.equal([]);
  });

  it('refuses a second answer to a delivery whatever the caller does', async () => {
    const id = await addSentDaily(db, { userId: 1, questionId: 'streaming-2-1', localDate: '2026-03-10' });
    await grade(id, 1, '2026-03-10T10:00:05Z');
    const again = await grade(id, 2, '2026-03-10T10:00:06Z').catch((error: { code?: string }) => error.code);
    expect(again).to.equal('23505');
    expect(await findLearner(db, '1')).to.deep.include({ streak: 1, totalAnswered: 1 });
  });

  it('moves the ladder once for each missed day, oldest first, and spends freezes', async () => {
    await db.sql(
      'UPDATE users SET streak = 10, best_streak = 10, consecutive_correct = 2, streak_freezes = 1',
    );
    for (const [day, n] of [
      ['09', 1],
      ['10', 2],
    ]) {
      await addSentDaily(db, { userId: 1, questionId: `streaming-2-${n}`, localDate: `2026-03-${day}` });
    }
    const expire = () =>
      db.transaction(async (tx) => {
        const learner = await findLearner(tx, '1');
        if (learner === null) throw new Error('fixture');
        const { standing, days } = await expireDays(
          tx,
          learner,
          new Date('2026-03-11T09:00:00Z'),
          defaultPolicy,
        );
        await saveStanding(tx, '1', standing);
        return days.map((day) => [day.localDate, day.outcome.reason]);
      });
    expect(await expire()).to.deep.equal([
      ['2026-03-09', 'freeze_used'],
      ['2026-03-10', 'day_missed'],
    ]);
    expect(await expire()).to.deep.equal([]);
    expect(await findLearner(db, '1')).to.deep.include({
      streak: 0,
      consecutiveCorrect: 0,
      freezes: 0,
      level: 2,
    });
  });

  it('does not count a day that was never sent, nor one of a pause', async () => {
    await db.sql(`UPDATE users SET streak = 4, best_streak = 4, paused_until = 'infinity'`);
    await addSentDaily(db, { userId: 1, questionId: 'streaming-2-1', localDate: '2026-03-09' });
    await db.sql(`INSERT INTO user_questions (user_id, kind, slot_at, local_date, expires_at)
      VALUES (1, 'daily', '2026-03-10T10:00Z', '2026-03-10', '2026-03-11T00:00Z')`);
    await db.transaction(async (tx) => {
      const learner = await findLearner(tx, '1');
      if (learner === null) throw new Error('fixture');
      const { standing, days } = await expireDays(
        tx,
        learner,
        new Date('2026-03-12T00:00:00Z'),
        defaultPolicy,
      );
      expect(days.map((day) => day.outcome.reason)).to.deep.equal(['paused']);
      expect(standing.streak).to.equal(4);
    });
    const states = await db.sql('SELECT DISTINCT state FROM user_questions');
    expect(states).to.deep.equal([{ state: 'expired' }]);
  });

  describe('through the mailbox', () => {
    const receive = async (updateId: number) => {
      const stored = await makeInboxStore(db).store([
        {
          botId: '1',
          updateId,
          userId: '1',
          job: 'command.run',
          payload: '{}',
          receivedAt: new Date(),
          quarantine: null,
        },
      ]);
      return stored[0]?.seq ?? '';
    };

    it('takes a learner’s updates in the order of the inbox, each once, however many take at once', async () => {
      const seqs = [await receive(1), await receive(2), await receive(3)];
      const mailbox = makeMailboxStore(db);
      const taken: string[] = [];
      const takeAll = async () => {
        for (;;) {
          const next = await mailbox.takeUpTo(
            { userId: '1', upTo: seqs[2] ?? '' },
            async (_tx, _learner, update) => {
              taken.push(update.seq);
              return { kind: 'nothing' };
            },
          );
          if (next === null) return;
        }
      };
      await Promise.all([takeAll(), takeAll(), takeAll()]);
      expect(taken).to.deep.equal(seqs);
    });

    it('rolls the effect back with the update when applying throws', async () => {
      const seq = await receive(1);
      const mailbox = makeMailboxStore(db);
      const failed = mailbox.takeUpTo({ userId: '1', upTo: seq }, async (tx) => {
        await tx.sql('UPDATE users SET streak = 9, best_streak = 9 WHERE user_id = 1');
        throw new Error('half way');
      });
      expect(await failed.catch((error: Error) => error.message)).to.equal('half way');
      expect(await findLearner(db, '1')).to.deep.include({ streak: 0 });
      expect(await mailbox.find(seq)).to.deep.include({ status: 'received' });
    });
  });
});
