import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../../../scripts/stack/until.ts';
import { type Span, startTraceReceiver, type TraceReceiver } from '../../../tests/harness/otlp.ts';
import { makeLogger, startTracing, type Tracing, untraced, updateSubject } from '../src/index.ts';

describe('tracing', () => {
  let receiver: TraceReceiver;
  let opened: Tracing[];
  let logged: string;
  beforeEach(async () => {
    receiver = await startTraceReceiver();
    opened = [];
    logged = '';
  });
  afterEach(async () => {
    for (const tracing of opened) await tracing.close();
    await receiver.close();
  });

  const logger = () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    stream.on('data', (text: string) => {
      logged += text;
    });
    return makeLogger({ service: 's', level: 'info', format: 'json', secrets: [], stream });
  };
  /** Lines with that message. */
  const lines = (message: string): Record<string, unknown>[] =>
    logged
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .filter(({ msg }) => msg === message);

  async function open(
    service: string,
    { ratio = 1, environment = 'test', graceMs = 20_000, endpoint = receiver.url, headers = {} } = {},
  ): Promise<Tracing> {
    const tracing = await startTracing({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_OTLP_HEADERS: headers,
        OTEL_TRACES_SAMPLER_ARG: ratio,
        OTEL_RESOURCE_ATTRIBUTES: { 'deployment.environment.name': environment },
      },
      service,
      version: '0',
      logger: logger(),
      graceMs,
    });
    opened.push(tracing);
    return tracing;
  }

  /** Sends all that is recorded; resolves to what the receiver has then. */
  async function sent(): Promise<readonly Span[]> {
    for (const tracing of opened) await tracing.close();
    return receiver.spans;
  }

  const named = (name: string): Span => {
    const found = receiver.spans.filter((span) => span.name === name);
    expect(found, name).to.have.length(1);
    return found[0] as Span;
  };

  it('is off without an endpoint', async () => {
    const env = { OTEL_TRACES_SAMPLER_ARG: 1 };
    const tracing = await startTracing({ env, service: 's', version: '0', logger: logger(), graceMs: 1000 });
    expect(tracing).to.equal(untraced);
    expect(await tracing.run(null, 'job', {}, async () => 7)).to.equal(7);
    expect(await tracing.step('step', {}, async () => 8)).to.equal(8);
  });

  it('finds the trace of an update in every process by its name alone', async () => {
    const subject = updateSubject('42', 7);
    const gateway = await open('gateway');
    const worker = await open('worker');
    await worker.run(subject, 'job', { kind: 'consumer' }, () =>
      worker.step('inner', {}, async () => undefined),
    );
    gateway.ended(subject, 'received', { kind: 'server', first: true }, Date.now() - 50);
    gateway.ended(subject, 'stored', { attributes: { rows: 3 } }, Date.now() - 20);
    await sent();
    const first = named('received');
    expect(first).to.include({ service: 'gateway', parentSpanId: '', kind: 2, failed: false });
    expect(first.endMs - first.startMs).to.be.within(50, 5_000);
    expect(named('stored')).to.deep.include({ parentSpanId: first.spanId, attributes: { rows: 3 } });
    expect(named('job')).to.include({ service: 'worker', parentSpanId: first.spanId, kind: 5 });
    expect(named('inner').parentSpanId).to.equal(named('job').spanId);
    expect(new Set(receiver.spans.map(({ traceId }) => traceId))).to.have.property('size', 1);
  });

  it('keeps apart what two environments number alike', async () => {
    for (const environment of ['staging', 'production'])
      (await open('scheduler', { environment })).ended('delivery-1', 'decided', { first: true }, Date.now());
    const [one, other] = await sent();
    expect(one?.traceId).to.match(/^[0-9a-f]{32}$/);
    expect(one?.traceId).to.not.equal(other?.traceId);
  });

  it('records a part of the traces, the same in every service, and each whole', async () => {
    const subjects = Array.from({ length: 200 }, (_, n) => updateSubject('42', n));
    for (const service of ['gateway', 'worker']) {
      const tracing = await open(service, { ratio: 0.3 });
      for (const subject of subjects) {
        tracing.ended(subject, 'event', {}, Date.now());
        await tracing.run(subject, 'job', {}, () => tracing.step('inner', {}, async () => undefined));
      }
    }
    const spans = await sent();
    const traces = new Set(spans.map(({ traceId }) => traceId));
    expect(traces.size).to.be.within(30, 90);
    expect(spans).to.have.length(traces.size * 2 * 3);
  });

  it('puts what one update does for another into the trace of the other, with a link between them', async () => {
    const tracing = await open('worker');
    await tracing.run(updateSubject('42', 2), 'job', {}, () =>
      tracing.run(updateSubject('42', 1), 'grade', {}, () =>
        tracing.step('inner', {}, async () => undefined),
      ),
    );
    await tracing.run(updateSubject('42', 3), 'own job', {}, () =>
      tracing.run(updateSubject('42', 3), 'own grade', {}, async () => undefined),
    );
    await sent();
    const { traceId, spanId } = named('job');
    expect(named('grade').traceId).to.not.equal(traceId);
    expect(named('grade').links).to.deep.equal([{ traceId, spanId }]);
    expect(named('inner')).to.deep.include({ parentSpanId: named('grade').spanId, links: [] });
    expect(named('own grade')).to.deep.include({ parentSpanId: named('own job').spanId, links: [] });
  });

  it('records steps of what is traced only, and a trace of its own for what is about nothing in particular', async () => {
    const tracing = await open('worker');
    tracing.stepEnded('orphan', {}, 1);
    await tracing.step('orphan', {}, async () => undefined);
    await tracing.run(null, 'calibration', {}, async () => tracing.stepEnded('statement', {}, 0.25));
    await sent();
    expect(receiver.spans).to.have.length(2);
    expect(named('calibration').parentSpanId).to.equal('');
    const statement = named('statement');
    expect(statement.parentSpanId).to.equal(named('calibration').spanId);
    expect(statement.endMs - statement.startMs).to.be.closeTo(250, 1);
  });

  it('lets errors through and names them, without what they say', async () => {
    const tracing = await open('worker');
    const refused = Object.assign(new Error('canary: Ada wrote this'), { code: '23514' });
    const expected = new RangeError('canary');
    const failing = (name: string, error: Error, isExpected: () => boolean) =>
      tracing
        .run(null, name, { isExpected }, async (describe) => {
          describe({ outcome: 'retried' });
          throw error;
        })
        .catch((thrown) => thrown);
    expect(await failing('refused', refused, () => false)).to.equal(refused);
    expect(await failing('expected', expected, () => true)).to.equal(expected);
    tracing.ended('delivery-1', 'lost', { failure: 'not_added' }, Date.now());
    await sent();
    expect(named('refused').attributes).to.deep.equal({ outcome: 'retried', 'error.type': '23514' });
    expect(named('refused').failed).to.equal(true);
    expect(named('expected')).to.deep.include({ failed: false, attributes: { outcome: 'retried' } });
    expect(named('lost')).to.deep.include({ failed: true, attributes: { 'error.type': 'not_added' } });
    expect(JSON.stringify(receiver.spans)).to.not.include('canary');
  });

  it('gives log lines the trace that they belong to', async () => {
    const tracing = await open('worker');
    const written = logger();
    await tracing.run(updateSubject('42', 1), 'job', {}, async () => written.info('inside'));
    written.info('outside');
    await sent();
    expect(lines('inside')[0]).to.include({ trace_id: named('job').traceId });
    expect(lines('outside')[0]).to.include({ msg: 'outside' }).and.not.have.property('trace_id');
  });

  it('sends within about a second, with the headers that the endpoint asks for', async () => {
    const tracing = await open('worker', { headers: { authorization: 'Bearer canary' } });
    await tracing.run(null, 'job', {}, async () => undefined);
    await until('the span', 5_000, async () => receiver.spans.length === 1);
    expect(receiver.headers()).to.include({ authorization: 'Bearer canary' });
  });

  for (const trouble of ['hang', 'refuse', 'away'] as const) {
    it(`goes on at once and ends in time when the endpoint does this: ${trouble}`, async () => {
      if (trouble === 'away') await receiver.close();
      else receiver.behave(trouble);
      const tracing = await open('worker');
      const started = performance.now();
      for (let n = 0; n < 10_000; n++) tracing.ended(updateSubject('42', n), 'event', {}, Date.now());
      await tracing.run(null, 'job', {}, () => wait(1));
      // Far more than recording takes, far less than one request may.
      expect(performance.now() - started).to.be.below(4_000);
      const closing = performance.now();
      await tracing.close();
      expect(performance.now() - closing).to.be.below(3_000);
      if (trouble === 'away') receiver = await startTraceReceiver();
    });
  }

  it('keeps a bounded number of spans for an endpoint that does not take them, and says so once', async function () {
    this.timeout(30_000);
    receiver.behave('refuse');
    const tracing = await open('worker');
    for (let n = 0; n < 10_000; n++) tracing.ended(updateSubject('42', n), 'event', {}, Date.now());
    await until('the warning', 10_000, async () => lines('spans were not delivered').length > 0);
    receiver.behave('take');
    await sent();
    // How many had been tried in vain by then is a matter of how busy the machine is.
    expect(receiver.spans.length).to.be.at.most(4_096);
    expect(lines('spans were not delivered')).to.have.length(1);
  });

  it('takes a quarter of a short grace time at most for the last sending', async () => {
    receiver.behave('hang');
    const tracing = await open('worker', { graceMs: 400 });
    await tracing.run(null, 'job', {}, async () => undefined);
    const started = performance.now();
    await tracing.close();
    expect(performance.now() - started).to.be.below(1_000);
  });
});
