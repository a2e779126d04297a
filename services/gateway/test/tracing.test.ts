import { makeInboxStore } from '@rung/db';
import { type Tracing, untraced } from '@rung/platform';
import { expect } from 'chai';
import { type Span, startTraceReceiver, type TraceReceiver, traceTo } from '../../../tests/harness/otlp.ts';
import { makeIntake, NotDurable } from '../src/intake.ts';
import { traceInbox, traceIntake } from '../src/tracing.ts';
import { type InboxDatabase, openInboxDatabase } from './inboxDatabase.ts';

describe('spans of arriving updates', () => {
  let inbox: InboxDatabase;
  let receiver: TraceReceiver;
  let tracing: Tracing;
  before(async () => {
    inbox = await openInboxDatabase();
  });
  after(() => inbox?.close());
  beforeEach(async () => {
    receiver = await startTraceReceiver();
    tracing = await traceTo(receiver);
  });
  afterEach(() => receiver.close());

  const update = (updateId: number) => ({
    botId: '1',
    updateId,
    userId: '987654321',
    job: 'command.run' as const,
    payload: '{"text":"canary"}',
    receivedAt: new Date(),
    quarantine: null,
  });
  const arrivals = (trace?: string): Span[] =>
    receiver.spans.filter(({ name, traceId }) => name.startsWith('POST') && traceId === (trace ?? traceId));

  it('are one first span for each update, however often it comes, and one of the insert that it shared', async () => {
    const store = traceInbox(tracing, makeInboxStore(inbox.db));
    const intake = traceIntake(tracing, makeIntake({ inbox: store, onStored: () => undefined }), 'webhook');
    await Promise.all([1, 2, 3].map((id) => intake.accept(update(id))));
    await intake.accept(update(2));
    await tracing.close();

    const stores = receiver.spans.filter(({ name }) => name === 'store');
    expect(stores.map(({ attributes }) => attributes['db.operation.batch.size'])).to.deep.equal([3, 3, 3, 1]);
    const firsts = arrivals().filter(({ parentSpanId }) => parentSpanId === '');
    expect(firsts).to.have.length(3);
    const again = arrivals().find(({ attributes }) => attributes['rung.update.result'] === 'repeated');
    const [first] = arrivals(again?.traceId).filter(({ parentSpanId }) => parentSpanId === '');
    expect(again?.parentSpanId).to.equal(first?.spanId);
    expect(first?.attributes).to.include({
      'rung.update.result': 'accepted',
      'http.response.status_code': 200,
    });
    for (const { traceId, parentSpanId } of stores)
      expect(firsts.some((span) => span.traceId === traceId && span.spanId === parentSpanId)).to.equal(true);
    expect(JSON.stringify(receiver.spans)).to.not.match(/canary|987654321/);
  });

  it('tell an update that could not be stored, and leave its first span to when it comes again', async () => {
    const broken = { store: async () => Promise.reject(new Error('canary: connection lost')) };
    const store = traceInbox(tracing, broken);
    const intake = traceIntake(tracing, makeIntake({ inbox: store, onStored: () => undefined }), 'polling');
    const thrown = await intake.accept(update(4)).catch((error) => error);
    expect(thrown).to.be.instanceOf(NotDurable);
    await tracing.close();
    const [stored, refused] = receiver.spans;
    expect(stored).to.include({ name: 'store', failed: true });
    expect(refused).to.include({ name: 'polled update', failed: true, traceId: stored?.traceId });
    expect(refused?.parentSpanId).to.equal(stored?.parentSpanId).and.not.equal('');
    expect(JSON.stringify(receiver.spans)).to.not.include('canary');
  });

  it('cost nothing when tracing is off', () => {
    const store = makeInboxStore(inbox.db);
    const intake = makeIntake({ inbox: store, onStored: () => undefined });
    expect(traceInbox(untraced, store)).to.equal(store);
    expect(traceIntake(untraced, intake, 'webhook')).to.equal(intake);
  });
});
