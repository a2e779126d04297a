import { type Tracing, updateSubject } from '@rung/platform';
import { expect } from 'chai';
import { startTraceReceiver, type TraceReceiver, traceTo } from '../../../tests/harness/otlp.ts';
import { type Bot, openBot } from './fixtures.ts';

describe('spans of updates', () => {
  let bot: Bot;
  let receiver: TraceReceiver;
  let tracing: Tracing;
  before(async () => {
    bot = await openBot();
  });
  after(() => bot?.close());
  beforeEach(async () => {
    receiver = await startTraceReceiver();
    tracing = await traceTo(receiver);
  });
  afterEach(() => receiver.close());

  /** Handles an update in a span of its own, as its job does. */
  async function run(seq: string): Promise<void> {
    const [row] = await bot.db.sql<{ botId: string; updateId: string }>(
      `SELECT bot_id AS "botId", update_id AS "updateId" FROM telegram_updates WHERE seq = $1`,
      [seq],
    );
    const worker = bot.makeWorker({ tracing });
    await tracing.run(updateSubject(row?.botId ?? '', row?.updateId ?? ''), `job of ${seq}`, {}, () =>
      bot.handle(seq, worker),
    );
  }
  const named = (name: string) => receiver.spans.find((span) => span.name === name);

  it('put the grading of an answer into its own trace, also when the job of a later update does it', async () => {
    const person = await bot.learner();
    const deliveryId = await bot.daily(person);
    const { right } = await bot.shown(deliveryId);
    const tap = await person.taps(`a:${deliveryId}:${right}`);
    const later = await person.writes('/stats');
    await run(later);
    await run(tap);
    await tracing.close();

    const own = named(`job of ${tap}`);
    const others = named(`job of ${later}`);
    const grade = named('grade');
    expect(grade?.attributes).to.deep.equal({
      'rung.update.seq': tap,
      'rung.outcome': 'graded',
      'rung.delivery.id': deliveryId,
    });
    expect(grade?.traceId).to.equal(own?.traceId).and.not.equal(others?.traceId);
    expect(grade?.links).to.have.length(1);
    expect(grade?.links[0]?.traceId).to.equal(others?.traceId);
    const applied = named('apply');
    expect(applied).to.deep.include({ traceId: others?.traceId, links: [] });
    expect(named('feedback')).to.include({ parentSpanId: own?.spanId });
    expect(named('reply')).to.include({ parentSpanId: others?.spanId });
  });
});
