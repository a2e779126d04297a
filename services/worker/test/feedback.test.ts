import type { Database } from '@rung/db';
import { expect } from 'chai';
import { type Bot, errorOf, openBot, rowsOf, until } from './fixtures.ts';
import type { Person } from './person.ts';

describe('feedback', () => {
  let bot: Bot;
  let ada: Person;
  let delivery: string;
  before(async () => {
    bot = await openBot();
  });
  after(() => bot?.close());
  beforeEach(async () => {
    await bot.calm();
    ada = await bot.learner({ streak: 4, best_streak: 4 });
    delivery = await bot.daily(ada);
  });

  const tap = async () => ada.taps(`a:${delivery}:${(await bot.shown(delivery)).right}`);
  const answered = async () => (await rowsOf(bot.db, 'user_answers', ada)).length;

  it('comes after the commit, the edit first and then the one answer to the callback', async () => {
    await bot.fault({ kind: 'slow', ms: 150, method: 'editMessageText' });
    const handled = bot.handle(await tap());
    await until(async () => (await answered()) === 1, 'the answer is committed');
    expect(await bot.calls(ada, 'answerCallbackQuery')).to.deep.equal([]);
    expect((await bot.delivery(delivery)).state).to.equal('answered');
    await handled;
    const calls = (await bot.calls(ada)).slice(-2).map((call) => [call.method, call.ok]);
    expect(calls).to.deep.equal([
      ['editMessageText', true],
      ['answerCallbackQuery', true],
    ]);
    expect(await bot.calls(ada, 'answerCallbackQuery')).to.have.length(1);
  });

  it('says nothing while the answer is not committed', async () => {
    const seq = await tap();
    const before = await bot.calls(ada);
    const { handled } = await bot.db.transaction(async (tx: Pick<Database, 'sql'>) => {
      await tx.sql('SELECT FROM users WHERE user_id = $1 FOR UPDATE', [ada.id]);
      const handled = bot.handle(seq);
      await until(async () => {
        const rows = await bot.db.sql(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rows.length === 1;
      }, 'the handler waits');
      expect(await bot.calls(ada)).to.deep.equal(before);
      return { handled };
    });
    await handled;
    expect(await bot.calls(ada)).to.have.length(before.length + 2);
  });

  it('is told again after a failed edit as it was decided, and nothing is graded again', async () => {
    await bot.fault({ kind: 'serverError', status: 502, method: 'editMessageText', count: 1 });
    const seq = await tap();
    expect(await errorOf(bot.handle(seq)))
      .to.have.property('message')
      .that.includes('502');
    expect(await bot.status(seq)).to.equal('applied');
    expect(await bot.calls(ada, 'answerCallbackQuery')).to.deep.equal([]);
    const graded = await ada.row();
    expect(graded).to.deep.include({ streak: 5, totalAnswered: 1 });

    await bot.db.sql(`UPDATE users SET timezone = 'Asia/Tokyo' WHERE user_id = $1`, [ada.id]);
    await bot.handle(seq);
    expect((await ada.last()).text)
      .to.include('Streak: 5 days')
      .and.to.include('10:00 (UTC)');
    expect(await answered()).to.equal(1);
    expect(await ada.row()).to.deep.equal({ ...graded, timezone: 'Asia/Tokyo' });
    expect(await bot.calls(ada, 'answerCallbackQuery')).to.have.length(1);
    expect(await bot.status(seq)).to.equal('done');
  });

  it('is complete after the callback could not be answered at first', async () => {
    await bot.fault({ kind: 'serverError', status: 500, method: 'answerCallbackQuery', count: 1 });
    const seq = await tap();
    await errorOf(bot.handle(seq));
    const text = (await ada.last()).text;
    await bot.handle(seq);
    expect((await ada.last()).text).to.equal(text);
    expect((await bot.calls(ada, 'answerCallbackQuery')).map((call) => call.ok)).to.deep.equal([false, true]);
    expect(await ada.notices()).to.deep.equal(['✅ Correct!']);
  });

  it('takes “message is not modified” and “query is too old” for success', async () => {
    const seq = await tap();
    await bot.handle(seq);
    await bot.db.sql(`UPDATE telegram_updates SET status = 'applied' WHERE seq = $1`, [seq]);
    bot.clock.pass(200_000);
    await bot.handle(seq);
    expect(await bot.status(seq)).to.equal('done');
    const refused = (await bot.calls(ada)).filter((call) => !call.ok).map((call) => call.method);
    // The sandbox no longer knows whose the second callback was: its log has that call without a chat.
    expect(refused).to.deep.equal(['editMessageText']);
    expect(await answered()).to.equal(1);
  });

  it('is graded and shown when the callback is too old to be answered', async () => {
    const seq = await tap();
    bot.clock.pass(151_000);
    await bot.handle(seq);
    expect(await bot.status(seq)).to.equal('done');
    expect((await ada.last()).text).to.include('Correct!');
  });

  it('is sent anew when the message is gone', async () => {
    const question = await ada.last();
    const seq = await tap();
    await bot.http('POST', '/bot4242:test-token/deleteMessage', {
      chat_id: Number(ada.id),
      message_id: question.message_id,
    });
    await bot.handle(seq);
    const message = await ada.last();
    expect(message.message_id).to.be.greaterThan(question.message_id);
    expect(message.text).to.include('Correct!').and.to.include('Streak: 5 days');
    expect(await bot.status(seq)).to.equal('done');
    expect(await bot.delivery(delivery)).to.deep.include({ state: 'feedback_delivered' });
  });

  it('is dropped, and the answer stands, when the learner has blocked the bot meanwhile', async () => {
    await bot.fault({ kind: 'blocked', chatId: Number(ada.id) });
    const seq = await tap();
    await bot.handle(seq);
    expect(await bot.status(seq)).to.equal('done');
    expect(await ada.row()).to.deep.include({ streak: 5, blockedAt: bot.clock.now() });
  });

  it('shows what data holds as text, whatever it looks like', async () => {
    const typed = '<script>&amp; `a<b` _*';
    await bot.db.sql(
      `UPDATE questions SET version = 2, question_text = $2, explanation = $2, options = $3
       WHERE id = (SELECT question_id FROM user_questions WHERE id = $1)`,
      [delivery, typed, JSON.stringify(['<b>', '</i>', '&lt;', 'a < b && c > d'])],
    );
    await bot.db.sql('UPDATE user_questions SET question_version = 2 WHERE id = $1', [delivery]);
    await ada.says('/quiz');
    expect((await ada.last()).text)
      .to.include('<script>&amp; a<b _*')
      .and.to.include('a < b && c > d');
    expect((await ada.answers(delivery, 'right')).text)
      .to.include('&lt;')
      .and.to.include('</i>');
  });

  it('shows the version of the question that was sent, also when the question has changed since', async () => {
    await bot.db.sql(
      `UPDATE questions SET version = version + 1, question_text = 'New', explanation = 'New.', content_hash = 'new',
         correct_index = (correct_index + 1) % 4
       WHERE id = (SELECT question_id FROM user_questions WHERE id = $1)`,
      [delivery],
    );
    const message = await ada.answers(delivery, 'right');
    expect(message.text).to.include('Correct!').and.to.include('Because.').and.to.not.include('New');
  });
});
