import { type Database, makeDeadLetterStore } from '@rung/db';
import { Postpone } from '@rung/jobs';
import { expect } from 'chai';
import { type Bot, errorOf, openBot, rowsOf, until } from './fixtures.ts';
import type { Person } from './person.ts';

describe("a learner's mailbox", () => {
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

  const waiting = (count: number) => async () => {
    const [row] = await bot.db.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return row?.n === count;
  };

  /** Holds a row lock while `work` runs up against it, and lets go once `handlers` of them wait. */
  const whileLocked = async (select: string, key: string, handlers: number, work: () => Promise<unknown>) => {
    const running = await bot.db.transaction(async (tx: Pick<Database, 'sql'>) => {
      await tx.sql(`${select} FOR UPDATE`, [key]);
      const started = work();
      started.catch(() => undefined);
      await until(waiting(handlers), `${handlers} handlers wait`);
      return { started };
    });
    await running.started;
  };

  /** /start with a name that the database refuses: it fails whenever it is tried. */
  const poison = (person: Person, updateId: number) => {
    const from = { id: Number(person.id), is_bot: false, first_name: 'Ada', username: 'poison' };
    const message = { message_id: 1, date: 0, from, chat: { id: from.id, type: 'private' }, text: '/start' };
    return bot.store(person.id, { update_id: updateId, message } as { update_id: number });
  };

  it('takes effect in the order of the inbox, whichever job comes first', async () => {
    await ada.says('/settings');
    const { message_id: settings } = await ada.last();
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [2, 0, 1],
    ];
    for (const order of orders) {
      const seqs = [
        await ada.taps('t:0700', settings),
        await ada.taps('t:0800', settings),
        await ada.taps('t:0900', settings),
      ];
      for (const i of order) await bot.handle(seqs[i] ?? '');
      expect((await ada.row()).deliveryTime, String(order)).to.equal('09:00');
      for (const seq of seqs) expect(await bot.status(seq)).to.equal('done');
    }
  });

  it('lets the tap count that came first, although the job of a later one runs first', async () => {
    const delivery = await bot.daily(ada);
    const { right, wrong } = await bot.shown(delivery);
    const first = await ada.taps(`a:${delivery}:${wrong}`);
    const second = await ada.taps(`a:${delivery}:${right}`);
    await bot.handle(second);
    await bot.handle(first);
    expect((await rowsOf(bot.db, 'user_answers', ada)).map((row) => row.is_correct)).to.deep.equal([false]);
    expect(await ada.notices()).to.have.members([
      'You have already answered this one. Your first tap counts 🙂',
      '❌ Not this time. See why in the chat.',
    ]);
  });

  it('says each thing once when the job of a later update works on the earlier one as well', async () => {
    const [first, second] = [await ada.writes('/stats'), await ada.writes('/help')];
    const before = (await ada.messages()).length;
    await bot.fault({ kind: 'slow', ms: 100 });
    const later = bot.handle(second);
    await until(async () => (await bot.status(first)) === 'applied', 'the first one has taken effect');
    await Promise.all([later, bot.handle(first)]);
    expect((await ada.messages()).length - before).to.equal(2);
    expect([await bot.status(first), await bot.status(second)]).to.deep.equal(['done', 'done']);
  });

  it('says each thing once when the jobs of many updates run at the same time', async () => {
    const seqs: string[] = [];
    for (let i = 0; i < 8; i++) seqs.push(await ada.writes('/stats'));
    const before = (await ada.messages()).length;
    await Promise.all(seqs.toReversed().map((seq) => bot.handle(seq)));
    expect((await ada.messages()).length - before).to.equal(8);
  });

  it('answers each tap once when two are handled at the same time', async () => {
    const delivery = await bot.daily(ada);
    const taps = [await ada.taps(`a:${delivery}:0`), await ada.taps(`a:${delivery}:1`)];
    await Promise.all(taps.toReversed().map((seq) => bot.handle(seq)));
    expect(await bot.calls(ada, 'answerCallbackQuery')).to.have.length(2);
    expect(await bot.calls(ada, 'editMessageText')).to.have.length(1);
  });

  it('knows a stranger by the /start just before, when both are handled at the same time', async () => {
    const stranger = await bot.newcomer();
    const [start, settings] = [await stranger.writes('/start'), await stranger.writes('/settings')];
    await whileLocked('SELECT FROM telegram_updates WHERE seq = $1', start, 2, () =>
      Promise.all([bot.handle(start), bot.handle(settings)]),
    );
    const texts = (await stranger.messages()).map((message) => message.text.slice(0, 10)).sort();
    expect(texts).to.deep.equal(['⚙️ Settings', '👋 Hi Ada, '].map((text) => text.slice(0, 10)).sort());
  });

  it('creates one learner of two /start at the same time', async () => {
    const stranger = await bot.newcomer();
    const starts = [await stranger.writes('/start'), await stranger.writes('/start')];
    await whileLocked('SELECT FROM telegram_updates WHERE seq = $1', starts[0] ?? '', 2, () =>
      Promise.all(starts.map((seq) => bot.handle(seq))),
    );
    const texts = (await stranger.messages()).map((message) => message.text);
    expect(texts.filter((text) => text.includes('Hi Ada'))).to.have.length(1);
    expect(texts.filter((text) => text.includes('Welcome back'))).to.have.length(1);
  });

  it('does not hold up one learner for another', async () => {
    const eve = await bot.learner();
    const [ofAda, ofEve] = [await ada.writes('/help'), await eve.writes('/help')];
    const held = await bot.db.transaction(async (tx: Pick<Database, 'sql'>) => {
      await tx.sql('SELECT FROM users WHERE user_id = $1 FOR UPDATE', [ada.id]);
      const handled = bot.handle(ofAda);
      await until(waiting(1), 'the handler of the first waits');
      await bot.handle(ofEve);
      expect(await bot.status(ofEve)).to.equal('done');
      expect(await bot.status(ofAda)).to.equal('received');
      return { handled };
    });
    await held.handled;
    expect(await bot.status(ofAda)).to.equal('done');
  });

  it('waits behind an update that cannot be applied, and goes on once that is among the dead letters', async () => {
    await bot.refuseUsername('poison');
    const bad = await poison(ada, 11);
    const good = await ada.writes('/stop');
    const waits = await errorOf(bot.handle(good));
    expect(waits).to.be.instanceOf(Postpone);
    expect((waits as Postpone).untilMs).to.be.greaterThan(bot.clock.now().getTime());
    const fails = await errorOf(bot.handle(bad));
    expect(fails).to.not.be.instanceOf(Postpone);
    expect((await ada.row()).optedIn).to.equal(true);

    await makeDeadLetterStore(bot.db).bury({
      queue: 'commands',
      name: 'command.run',
      jobId: 'update-1',
      payload: { updateSeq: bad },
      error: String(fails),
      attempts: 5,
      failedAt: bot.clock.now(),
    });
    expect(await bot.status(bad)).to.equal('dead');
    await bot.handle(good);
    expect((await ada.row()).optedIn).to.equal(false);
    await bot.handle(bad);
    expect(await bot.status(bad)).to.equal('dead');
  });

  it('does not wait behind an update that took effect and cannot be told', async () => {
    const early = await ada.writes('/stats');
    await bot.fault({ kind: 'serverError', status: 500, method: 'sendMessage', count: 1 });
    await errorOf(bot.handle(early));
    expect(await bot.status(early)).to.equal('applied');
    expect((await ada.says('/help')).text).to.include('What I can do');
    await bot.handle(early);
    expect((await ada.last()).text).to.include('Your progress');
  });
});
