import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { openPlay, type Play } from '../scripts/demo/play.ts';
import { startService } from '../scripts/stack/child.ts';
import { freePort } from '../scripts/stack/ports.ts';
import { SANDBOX_SECRET, SANDBOX_TOKEN } from '../scripts/stack/stack.ts';
import { until } from '../scripts/stack/until.ts';
import { type Span, startTraceReceiver, type TraceReceiver } from './harness/otlp.ts';
import { startTestStack, type TestStack } from './harness/stack.ts';

const NAME = 'Canary Zaphod';

describe('one trace from the webhook to the feedback', function () {
  this.timeout(90_000);
  let receiver: TraceReceiver;
  let stack: TestStack;
  let play: Play;

  before(async () => {
    receiver = await startTraceReceiver();
    stack = await startTestStack({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, LOG_LEVEL: 'info' } });
    const stage = { sandboxUrl: stack.sandboxUrl, databaseUrl: stack.ownerUrl, print: () => undefined };
    play = await openPlay(stage, NAME);
    await play.say('/start');
    await play.askFor('/quiz');
  });
  after(async () => {
    await stack?.stop();
    await receiver?.close();
  });

  const lastTap = async () => {
    const [row] = await stack.sql<{ seq: string; status: string }>(
      `SELECT seq, status FROM telegram_updates WHERE job = 'answer.grade' ORDER BY seq DESC LIMIT 1`,
    );
    return row;
  };

  /** The whole trace in which this update was graded, once all of it has come: it was enqueued that often. */
  async function traceOf(seq: string | undefined, enqueued: number): Promise<Span[]> {
    const graded = () => receiver.spans.find(({ attributes }) => attributes['rung.update.seq'] === seq);
    const trace = () => receiver.spans.filter(({ traceId }) => traceId === graded()?.traceId);
    await until('the trace of the answer', 15_000, async () => {
      const names = trace().map(({ name }) => name);
      const ends = ['POST /telegram/webhook', 'store', 'answer.grade'].every((name) => names.includes(name));
      return ends && names.filter((name) => name === 'enqueue answer.grade').length === enqueued;
    });
    return trace();
  }

  /** Names of the spans that lead from the first to this one. */
  const pathTo = (trace: readonly Span[], span: Span): string[] => {
    const above = trace.find(({ spanId }) => spanId === span.parentSpanId);
    return [...(above === undefined ? [] : pathTo(trace, above)), span.name];
  };

  /** What must hold for each trace of an answer. */
  function expectWhole(trace: readonly Span[]): void {
    const ids = new Set(trace.map(({ spanId }) => spanId));
    expect(ids.size).to.equal(trace.length);
    const roots = trace.filter(({ parentSpanId }) => !ids.has(parentSpanId));
    expect(roots.map(({ name, parentSpanId }) => [name, parentSpanId])).to.deep.equal([
      ['POST /telegram/webhook', ''],
    ]);
    const paths = new Set(
      trace.map((span) => `${span.service}: ${pathTo(trace, span).slice(1).join(' > ')}`),
    );
    for (const path of [
      'gateway: store',
      'gateway: enqueue answer.grade',
      'worker: answer.grade',
      'worker: answer.grade > transaction mailbox',
      'worker: answer.grade > transaction mailbox > grade',
      'worker: answer.grade > transaction mailbox > UPDATE mailbox',
      'worker: answer.grade > feedback',
      'worker: answer.grade > feedback > telegram editMessageText',
      'worker: answer.grade > feedback > telegram answerCallbackQuery',
    ])
      expect([...paths], path).to.include(path);
    expect(trace.filter(({ failed }) => failed)).to.deep.equal([]);
  }

  it('holds what gateway and worker did for a tap, each span below the one that caused it', async () => {
    await play.answer('right');
    const trace = await traceOf((await lastTap())?.seq, 1);
    expectWhole(trace);
    const named = (name: string) => trace.find((span) => span.name === name);
    expect(named('POST /telegram/webhook')?.attributes).to.include({
      'http.response.status_code': 200,
      'rung.update.result': 'accepted',
    });
    expect(named('store')?.attributes).to.include({ 'db.operation.batch.size': 1 });
    expect(named('answer.grade')?.attributes['rung.job.wait_seconds']).to.be.within(0, 20);
    expect(named('answer.grade')?.attributes).to.include({ 'messaging.destination.name': 'answers' });
    expect(named('grade')?.attributes).to.include({ 'rung.outcome': 'graded' });
  });

  it('goes on in the same trace when the queue has lost the job and the reconciler brings it back', async () => {
    await play.nextDay();
    await stack.kill('worker');
    const { message_id: messageId } = play.question();
    await play.chat.tap(play.question(), 'A');
    const tap = await until('the tap in the inbox', 10_000, async () => {
      const row = await lastTap();
      return row?.status === 'received' ? row : undefined;
    });
    await until('its job in the queue', 10_000, async () => {
      const lost = await stack.sql(`DELETE FROM bullmq.job WHERE queue = 'answers' RETURNING id`);
      return lost.length === 1;
    });
    // Standing still is told by time, and nobody wants to wait for it.
    await stack.sql(`UPDATE user_questions SET sent_at = sent_at - interval '1 hour'`);
    await stack.sql(`UPDATE telegram_updates SET received_at = received_at - interval '1 minute'`);
    await until('it is enqueued again', 15_000, async () => /enqueued again.*update/.test(stack.output()));
    await stack.start('worker');
    await play.chat.see(
      'feedback',
      (message) => message.message_id === messageId && /[✅❌]/u.test(message.text),
    );
    const trace = await traceOf(tap.seq, 2);
    expectWhole(trace);
    const enqueued = trace
      .filter(({ name }) => name === 'enqueue answer.grade')
      .map(({ service }) => service);
    expect(enqueued.sort()).to.deep.equal(['gateway', 'scheduler']);
  });

  it('has the sending of a daily question below the decision to send it', async () => {
    await play.nextDay();
    const sent = await until('the trace of the sending', 15_000, async () =>
      receiver.spans.find(({ name, service }) => name === 'delivery.send' && service === 'worker'),
    );
    const trace = await until('the whole of it', 15_000, async () => {
      const spans = receiver.spans.filter(({ traceId }) => traceId === sent.traceId);
      return spans.some(({ name }) => name === 'enqueue delivery.send') ? spans : undefined;
    });
    const paths = trace.map((span) => pathTo(trace, span).join(' > '));
    expect(paths).to.include('decide delivery > delivery.send > telegram sendMessage');
    expect(paths).to.include('decide delivery > enqueue delivery.send');
    const ids = new Set(trace.map(({ spanId }) => spanId));
    expect(trace.filter(({ parentSpanId }) => !ids.has(parentSpanId))).to.have.length(1);
  });

  it('names nobody, and shows no text and no token', () => {
    const { chat } = play;
    const said = receiver.spans.flatMap(({ name, attributes }) => [
      name,
      ...Object.values(attributes).map(String),
    ]);
    expect(said).to.not.include(chat.id);
    const [, secret = ''] = SANDBOX_TOKEN.split(':');
    for (const text of [NAME, 'Canary', '/quiz', secret, SANDBOX_SECRET, play.question().text.slice(0, 20)])
      expect(said.join('\n'), text).to.not.include(text);
  });
});

describe('without an endpoint for traces', function () {
  this.timeout(60_000);
  let stack: TestStack;
  before(async () => {
    stack = await startTestStack();
  });
  after(() => stack?.stop());

  const printLoaded = fileURLToPath(new URL('./tooling/fixtures/printLoaded.mjs', import.meta.url));

  /** Modules that the gateway has loaded once it is ready. */
  async function loadedWith(env: NodeJS.ProcessEnv): Promise<string> {
    const opsPort = await freePort();
    let printed = '';
    const gateway = await startService({
      name: 'gateway',
      entry: fileURLToPath(new URL('../services/gateway/src/main.ts', import.meta.url)),
      env: {
        DATABASE_URL: stack.databaseUrl,
        TELEGRAM_BOT_TOKEN: SANDBOX_TOKEN,
        TELEGRAM_WEBHOOK_SECRET: SANDBOX_SECRET,
        PORT: '0',
        OPS_PORT: String(opsPort),
        NODE_OPTIONS: `--import=${printLoaded}`,
        ...env,
      },
      opsPort,
      onOutput: (text) => {
        printed += text;
      },
    });
    await gateway.stop();
    return printed;
  }

  it('a service loads nothing of the SDK of OpenTelemetry', async () => {
    const without = await loadedWith({});
    expect(without).to.include('packages/platform/src/startTracing.ts');
    expect(without).to.not.match(/@opentelemetry\/(?!api\/)/);
    // Nobody listens at that port: that is no reason not to start.
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const on = await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    expect(on).to.include('node_modules/@opentelemetry/sdk-trace/').and.to.include('"msg":"listening"');
  });
});
