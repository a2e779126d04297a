import { untraced } from '@rung/platform';
import { expect } from 'chai';
import { startTraceReceiver, type TraceReceiver, traceTo } from '../../../tests/harness/otlp.ts';
import { makeTelegramClient, traceRequests } from '../src/index.ts';
import { ok, refuse, startBotApi } from './botApiServer.ts';

const TOKEN = '4242:canary-token';
const MESSAGE = { text: 'canary text', keyboard: [] };

describe('spans of the Bot API', () => {
  let receiver: TraceReceiver;
  let api: Awaited<ReturnType<typeof startBotApi>>;
  beforeEach(async () => {
    receiver = await startTraceReceiver();
  });
  afterEach(async () => {
    await api?.stop();
    await receiver.close();
  });

  it('are steps of what is traced, without token, address, chat and text', async () => {
    let replies = 0;
    api = await startBotApi((response) => {
      replies += 1;
      if (replies === 1) ok(response, { message_id: 1 });
      else if (replies === 2) refuse(response, 400, 'Bad Request: message is not modified');
      else refuse(response, 403, 'Forbidden: bot was blocked by the user');
    });
    const tracing = await traceTo(receiver);
    const told: string[] = [];
    const onRequest = traceRequests(tracing, api.apiRoot, (method, outcome) =>
      told.push(`${method} ${outcome}`),
    );
    const client = makeTelegramClient({ token: TOKEN, apiRoot: api.apiRoot, onRequest });
    await tracing
      .run('update-4242-1', 'job', {}, async () => {
        await client.sendMessage('987654321', MESSAGE);
        await client.editMessage('987654321', 1, MESSAGE);
        await client.sendMessage('987654321', MESSAGE);
      })
      .catch(() => undefined);
    await tracing.close();

    const [sent, unchanged, blocked] = receiver.spans;
    const job = receiver.spans.find(({ name }) => name === 'job');
    for (const span of [sent, unchanged, blocked]) {
      expect(span).to.include({ kind: 3, parentSpanId: job?.spanId });
      expect(span?.attributes).to.include({ 'server.address': '127.0.0.1' });
    }
    expect([sent, unchanged, blocked].map((span) => [span?.name, span?.failed])).to.deep.equal([
      ['telegram sendMessage', false],
      ['telegram editMessageText', false],
      ['telegram sendMessage', true],
    ]);
    expect(blocked?.attributes).to.include({ 'error.type': 'blocked' });
    expect(told).to.deep.equal(['sendMessage ok', 'editMessageText not_modified', 'sendMessage blocked']);
    expect(JSON.stringify(receiver.spans)).to.not.match(/canary|987654321|\/bot/);
  });

  it('cost nothing when tracing is off', async () => {
    api = await startBotApi((response) => ok(response, true));
    const next = () => undefined;
    expect(traceRequests(untraced, api.apiRoot, next)).to.equal(next);
  });
});
