import { makeInboxStore } from '@rung/db';
import { type Sandbox, startSandbox } from '@rung/sandbox';
import { makeTelegramClient } from '@rung/telegram';
import { expect } from 'chai';
import { until } from '../../../scripts/stack/until.ts';
import { makeIntake, NotDurable } from '../src/intake.ts';
import { poll } from '../src/polling.ts';
import { makeReceive, type Receive } from '../src/receive.ts';
import { type InboxDatabase, openInboxDatabase } from './inboxDatabase.ts';
import { seriesIn, startService } from './serviceProcess.ts';

const TOKEN = '4242:polling-token-of-the-tests-0123456789';
const SECRET = 'webhook-secret-of-the-tests';

describe('polling', () => {
  let inbox: InboxDatabase;
  let sandbox: Sandbox;
  before(async () => {
    inbox = await openInboxDatabase();
  });
  after(() => inbox?.close());
  beforeEach(async () => {
    await inbox.db.sql('DELETE FROM telegram_updates');
    sandbox = await startSandbox({ port: 0, token: TOKEN });
  });
  afterEach(() => sandbox?.close());

  const call = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${sandbox.url}${path}`, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json' },
    });
    return response.json();
  };
  const addLearner = async (): Promise<number> => {
    const { learners } = (await call('/api/learners', { name: 'Ada' })) as { learners: { id: number }[] };
    return learners[0]?.id ?? 0;
  };
  const say = (learner: number, text: string) => call(`/api/chats/${learner}/messages`, { text });
  const pollsSeen = async () =>
    ((await call('/api/calls?method=getUpdates')) as { calls: { params: Record<string, unknown> }[] }).calls;

  const receiveInto = () =>
    makeReceive({
      botId: '4242',
      intake: makeIntake({ inbox: makeInboxStore(inbox.db), onStored: () => undefined }),
      onResult: () => undefined,
    });
  const start = (receive: Receive, apiRoot = sandbox.url) => {
    const stopping = new AbortController();
    const warnings: unknown[] = [];
    const turns = { count: 0 };
    const silent = () => undefined;
    const polling = poll({
      telegram: makeTelegramClient({ token: TOKEN, apiRoot }),
      receive,
      logger: { error: silent, info: silent, debug: silent, warn: (...line) => void warnings.push(line) },
      stopping: stopping.signal,
      onPoll: () => {
        turns.count += 1;
      },
    });
    return {
      warnings,
      turns,
      async stop() {
        const started = performance.now();
        stopping.abort();
        await polling;
        return performance.now() - started;
      },
    };
  };
  const stored = (count: number) =>
    until(`${count} updates are stored`, 5000, async () => {
      const rows = await inbox.rows();
      return rows.length >= count && rows;
    });

  it('stores the same rows as the webhook does', async () => {
    const learner = await addLearner();
    await say(learner, '/start');
    await say(learner, 'Lisbon & <b>more</b>');
    const polling = start(receiveInto());
    const polled = await stored(2);
    await polling.stop();

    await inbox.db.sql('DELETE FROM telegram_updates');
    const gateway = await startService('gateway', {
      DATABASE_URL: inbox.url,
      TELEGRAM_WEBHOOK_SECRET: SECRET,
      TELEGRAM_BOT_TOKEN: TOKEN,
    });
    for (const { payload } of polled) {
      const response = await fetch(`${gateway.url()}/telegram/webhook`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SECRET },
        body: JSON.stringify(payload),
      });
      expect(response.status).to.equal(200);
    }
    await gateway.stop();
    expect(await inbox.rows()).to.deep.equal(polled);
  });

  it('asks for the kinds of updates that the bot handles, and takes a webhook away first', async () => {
    await call(`/bot${TOKEN}/setWebhook`, { url: 'http://127.0.0.1:9/' });
    await say(await addLearner(), '/start');
    const polling = start(receiveInto());
    await stored(1);
    await polling.stop();
    const kinds = (await pollsSeen())[0]?.params.allowed_updates;
    expect(typeof kinds === 'string' ? JSON.parse(kinds) : kinds).to.deep.equal([
      'message',
      'callback_query',
      'my_chat_member',
    ]);
  });

  it('moves on only past updates that are durable, and takes up the rest later, in order', async () => {
    const learner = await addLearner();
    for (const text of ['/start', '/quiz', '/help']) await say(learner, text);
    const intoInbox = receiveInto();
    const refused: number[] = [];
    const receive: Receive = async (raw, at) => {
      const { update_id: id, message } = raw.body as { update_id: number; message: { text: string } };
      if (message.text === '/quiz' && refused.length < 1) {
        refused.push(id);
        throw new NotDurable('the inbox is away');
      }
      return intoInbox(raw, at);
    };
    const polling = start(receive);
    await until('the second update is refused', 3000, () => refused.length === 1);
    expect(await inbox.rows()).to.have.length(1);
    const rows = await stored(3);
    await polling.stop();
    const texts = rows.map(({ payload }) => (payload as { message: { text: string } }).message.text);
    expect(texts).to.deep.equal(['/start', '/quiz', '/help']);
    const offsets = (await pollsSeen()).map(({ params }) => Number(params.offset ?? 0));
    expect(offsets.slice(0, 2)).to.deep.equal([0, refused[0]]);
  });

  it('stops at once in the middle of a long poll', async () => {
    const polling = start(receiveInto());
    await until('it polls', 3000, async () => (await call('/api/calls/count')) !== undefined);
    await say(await addLearner(), '/start');
    await stored(1);
    expect(await polling.stop()).to.be.below(500);
    expect(polling.warnings).to.deep.equal([]);
  });

  it('goes on turning while Telegram is away, since that is no fault of the process', async () => {
    await sandbox.close();
    const polling = start(receiveInto());
    await until('it has tried twice', 6000, () => polling.warnings.length >= 2);
    expect(polling.turns.count).to.be.at.least(2);
    expect(await polling.stop()).to.be.below(500);
    expect(JSON.stringify(polling.warnings)).to.not.include('polling-token');
  });

  it('takes updates in as a service, without a port for the webhook', async () => {
    const gateway = await startService('gateway', {
      DATABASE_URL: inbox.url,
      TELEGRAM_UPDATES: 'polling',
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: sandbox.url,
    });
    const learner = await addLearner();
    await say(learner, '/start');
    const [row] = await stored(1);
    expect(row).to.include({ botId: '4242', userId: String(learner), job: 'command.run' });
    expect(gateway.url).to.throw('has not said its port');
    const metrics = await gateway.metrics();
    expect(seriesIn(metrics, 'rung_updates_total{result="accepted"}')).to.equal(1);
    expect(
      seriesIn(metrics, 'rung_telegram_requests_total{method="getUpdates",outcome="ok"}'),
    ).to.be.at.least(1);
    expect(metrics).to.include('rung_webhook_requests_total{code_class="2xx",update_type="message"} 0\n');
    const { code, ms } = await gateway.stop();
    expect(code).to.equal(0);
    expect(ms).to.be.below(3000);
  });
});
