import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Final, PauseQueue, Postpone } from '@rung/jobs';
import { expect } from 'chai';
import { type Bot, errorOf, openBot } from './fixtures.ts';
import type { Person } from './person.ts';

describe('when Telegram misbehaves', () => {
  let bot: Bot;
  let ada: Person;
  before(async () => {
    bot = await openBot();
  });
  after(() => bot?.close());
  beforeEach(async () => {
    await bot.calm();
    ada = await bot.learner();
  });

  /** Every kind of job that says something in this learner's chat. */
  const jobsOf = async (person: Person) => {
    const expired = await bot.daily(person);
    const open = await bot.daily(person);
    const { right } = await bot.shown(open);
    const answer = await person.taps(`a:${open}:${right}`);
    const button = await person.taps('s');
    const text = await person.writes('/help');
    return [
      () => bot.expire(expired),
      () => bot.handle(answer),
      () => bot.handle(button),
      () => bot.handle(text),
      () => bot.handle(text, bot.makeWorker()),
    ];
  };

  it('keeps quiet in a chat for as long as a 429 asks, in every job and at every worker', async () => {
    const delivery = await bot.due(ada);
    await bot.fault({ kind: 'tooManyRequests', retryAfter: 7, method: 'sendMessage', count: 1 });
    const refusedAt = bot.clock.now().getTime();
    const until = refusedAt + 7_000;
    const refusal = await errorOf(bot.send(delivery));
    expect(refusal).to.be.instanceOf(Postpone).and.to.have.property('untilMs', until);
    expect((await ada.row()).telegramPausedUntil).to.deep.equal(new Date(until));

    const eve = await bot.learner();
    const texts = [await ada.writes('/help'), await ada.writes('/quiz')];
    const calls = await bot.calls(ada);
    for (const passed of [0, 3_000, 6_999]) {
      bot.clock.set(new Date(refusedAt + passed));
      for (const worker of [undefined, bot.makeWorker()]) {
        expect(await errorOf(bot.send(delivery, worker))).to.have.property('untilMs', until);
        for (const text of texts)
          expect(await errorOf(bot.handle(text, worker))).to.have.property('untilMs', until);
      }
    }
    expect(await bot.calls(ada)).to.deep.equal(calls);
    expect((await eve.says('/help')).text).to.include('What I can do');

    bot.clock.set(new Date(until));
    await bot.send(delivery);
    for (const text of texts) await bot.handle(text);
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'sent' });
    expect(await bot.violations()).to.equal(0);
  });

  it('keeps quiet in the chat of a stranger as well, at every worker, also once they are a learner', async () => {
    const eve = await bot.newcomer('Eve');
    const texts = [await eve.writes('hello'), await eve.writes('/start'), await eve.writes('/help')];
    await bot.fault({ kind: 'tooManyRequests', retryAfter: 7, method: 'sendMessage', count: 1 });
    const until = bot.clock.now().getTime() + 7_000;
    for (const passed of [0, 3_000, 6_999]) {
      bot.clock.set(new Date(until - 7_000 + passed));
      for (const text of texts) {
        expect(await errorOf(bot.handle(text, bot.makeWorker()))).to.have.property('untilMs', until);
      }
    }
    expect(await bot.calls(eve)).to.have.length(1);
    expect((await eve.row()).telegramPausedUntil).to.deep.equal(new Date(until));
    bot.clock.set(new Date(until));
    for (const text of texts) await bot.handle(text, bot.makeWorker());
    expect(await eve.messages()).to.have.length(3);
    expect(await bot.violations()).to.equal(0);
    expect(await bot.db.sql('SELECT FROM quiet_chats')).to.deep.equal([]);
  });

  it('forgets of strangers what has long been over', async () => {
    const strangers = [await bot.newcomer(), await bot.newcomer()];
    for (const stranger of strangers) {
      const text = await stranger.writes('hello');
      await bot.fault({ kind: 'tooManyRequests', retryAfter: 7, method: 'sendMessage', count: 1 });
      await errorOf(bot.handle(text));
      bot.clock.pass(3_700_000);
    }
    const rows = await bot.db.sql<{ id: string }>('SELECT user_id AS id FROM quiet_chats');
    expect(rows.map(({ id }) => id)).to.deep.equal([strangers[1]?.id]);
    await bot.db.sql('DELETE FROM quiet_chats');
  });

  it('keeps quiet whatever call was refused: the effect is committed, what it says comes later', async () => {
    const jobs = await jobsOf(ada);
    await bot.fault({ kind: 'tooManyRequests', retryAfter: 7, count: 1 });
    const calls = (await bot.calls(ada)).length;
    for (const job of jobs) expect(await errorOf(job())).to.be.instanceOf(Postpone);
    expect(await bot.calls(ada)).to.have.length(calls + 1);
    expect((await ada.row()).totalAnswered).to.equal(1);
    bot.clock.pass(7_000);
    for (const job of jobs) await job();
    expect(await bot.violations()).to.equal(0);
  });

  it('keeps quiet also when another job of the chat was about to speak', async () => {
    const texts = [await ada.writes('/help'), await ada.writes('/stats'), await ada.writes('/settings')];
    // The refusal takes its time, in which the others come to their own calls.
    await bot.fault(
      { kind: 'slow', ms: 200, count: 1 },
      { kind: 'tooManyRequests', retryAfter: 7, count: 1 },
    );
    const calls = (await bot.calls(ada)).length;
    const outcomes = await Promise.all(texts.map((text) => errorOf(bot.handle(text))));
    for (const outcome of outcomes) expect(outcome).to.be.instanceOf(Postpone);
    expect(await bot.calls(ada)).to.have.length(calls + 1);
    bot.clock.pass(7_000);
    for (const text of texts) await bot.handle(text);
    expect(await bot.violations()).to.equal(0);
  });

  it('rests the whole queue after 429s from three chats within a second', async () => {
    const people = [ada, await bot.learner(), await bot.learner()];
    const worker = bot.makeWorker();
    const seqs = await Promise.all(people.map((person) => person.writes('/help')));
    await bot.fault({ kind: 'tooManyRequests', retryAfter: 7, count: 3 });
    const errors: unknown[] = [];
    for (const seq of seqs) {
      errors.push(await errorOf(bot.handle(seq, worker)));
      bot.clock.pass(499);
    }
    expect(errors.slice(0, 2).every((error) => error instanceof Postpone)).to.equal(true);
    expect(errors[2]).to.be.instanceOf(PauseQueue).and.to.have.property('ms', 7_000);
  });

  it('rests only the chats when the 429s are further apart, or all from one chat', async () => {
    const people = [ada, await bot.learner(), await bot.learner(), await bot.learner()];
    const worker = bot.makeWorker();
    const seqs = await Promise.all(people.map((person) => person.writes('/help')));
    await bot.fault({ kind: 'tooManyRequests', retryAfter: 1 });
    for (const seq of seqs) {
      expect(await errorOf(bot.handle(seq, worker))).to.be.instanceOf(Postpone);
      bot.clock.pass(501);
    }
    for (let i = 0; i < 4; i++) {
      await bot.db.sql('UPDATE users SET telegram_paused_until = NULL');
      expect(await errorOf(bot.handle(seqs[0] ?? '', worker))).to.be.instanceOf(Postpone);
    }
  });

  it('rests the whole queue when the token is refused, and loses nothing', async () => {
    const delivery = await bot.due(ada);
    const text = await ada.writes('/help');
    const revoked = bot.makeWorker({ token: '4242:revoked' });
    for (const job of [() => bot.send(delivery, revoked), () => bot.handle(text, revoked)]) {
      expect(await errorOf(job()))
        .to.be.instanceOf(PauseQueue)
        .and.to.have.property('ms')
        .above(1_000);
    }
    await bot.send(delivery);
    await bot.handle(text);
    expect([(await bot.delivery(delivery)).state, await bot.status(text)]).to.deep.equal(['sent', 'done']);
  });

  for (const status of [500, 502, 503]) {
    it(`fails an attempt of any job on a ${status}, and the next one completes it`, async () => {
      const jobs = await jobsOf(ada);
      for (const job of jobs.slice(0, 4)) {
        await bot.fault({ kind: 'serverError', status, count: 1 });
        const error = await errorOf(job());
        for (const kind of [Postpone, PauseQueue, Final]) expect(error).to.not.be.instanceOf(kind);
        await job();
      }
      expect((await ada.row()).totalAnswered).to.equal(1);
    });
  }

  it('gives up for good what Telegram refuses as it is', async () => {
    const server = createServer((_request, response) => {
      response.end(
        JSON.stringify({ ok: false, error_code: 400, description: "Bad Request: can't parse entities" }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const apiRoot = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const text = await ada.writes('/help');
    const error = await errorOf(bot.handle(text, bot.makeWorker({ apiRoot })));
    expect(error).to.be.instanceOf(Final);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
