import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectDatabase, type Database, migrate } from '@rung/db';
import { type Sandbox, startSandbox } from '@rung/sandbox';
import { expect } from 'chai';
import { until } from '../../scripts/stack/until.ts';
import { routeUpdate } from '../../services/gateway/src/route.ts';
import { createDatabase, type TestDatabase } from '../harness/database.ts';
import { runOps } from '../harness/ops.ts';
import { runTool } from '../harness/tools.ts';

const TOKEN = '4242:webhook-token-of-the-tests-0123456789';
const SECRET = 'webhook-secret-of-the-tests';

describe("the operator's commands for the webhook", function () {
  this.timeout(30_000);
  let test: TestDatabase;
  let db: Database;
  let sandbox: Sandbox;
  before(async () => {
    test = await createDatabase();
    await migrate({ url: test.url });
    db = await connectDatabase({ url: test.url, poolSize: 1 });
  });
  after(async () => {
    await db?.close();
    await test?.drop();
  });
  beforeEach(async () => {
    sandbox = await startSandbox({ port: 0, token: TOKEN });
  });
  afterEach(() => sandbox?.close());

  const variables = (env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    DATABASE_URL: test.url,
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: sandbox.url,
    TELEGRAM_WEBHOOK_SECRET: SECRET,
    PUBLIC_URL: 'https://quiz.example.com/',
    ...env,
  });
  const ops = (words: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
    runTool(words, args, variables(env));
  const call = async (path: string, body?: object) => {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return (await fetch(`${sandbox.url}${path}`, init)).json();
  };
  const seen = async () => (await call('/api/calls?method=setWebhook')).calls[0]?.params;

  it('set it to the public address, with the secret and what the gateway handles', async () => {
    const { out, error } = await ops('webhook set', ['--max-connections', '7']);
    expect(error).to.equal(null);
    expect(out).to.contain('to https://quiz.example.com/telegram/webhook, over 7 connections');
    const { allowed_updates: allowed, ...params } = await seen();
    expect(params).to.include({ url: 'https://quiz.example.com/telegram/webhook', secret_token: SECRET });
    expect(Number(params.max_connections)).to.equal(7);
    for (const kind of typeof allowed === 'string' ? JSON.parse(allowed) : allowed)
      expect(routeUpdate({ update_id: 1, [kind]: {} }), kind).to.not.include({ type: 'other' });
    const audit = await db.sql('SELECT action, subject FROM audit_log ORDER BY id DESC LIMIT 1');
    expect(audit).to.deep.equal([
      { action: 'webhook.set', subject: 'https://quiz.example.com/telegram/webhook' },
    ]);
    expect(JSON.stringify(await db.sql('SELECT * FROM audit_log'))).to.not.contain(SECRET);
  });

  it('make Telegram deliver there, and stop', async () => {
    const requests: { url: string; secret: unknown }[] = [];
    const gateway = createServer((request, response) => {
      requests.push({ url: request.url ?? '', secret: request.headers['x-telegram-bot-api-secret-token'] });
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = gateway.address() as AddressInfo;
      const PUBLIC_URL = `http://127.0.0.1:${port}/behind/a/path`;
      expect(await ops('webhook set', [], { PUBLIC_URL })).to.have.property('error', null);
      const { learners } = await call('/api/learners', { name: 'Ada' });
      await call(`/api/chats/${learners[0].id}/messages`, { text: '/start' });
      await until('an update', 10_000, () => requests.length > 0);
      expect(requests[0]).to.deep.equal({ url: '/behind/a/path/telegram/webhook', secret: SECRET });
      expect(await ops('webhook delete')).to.deep.equal({
        out: 'No webhook is set any more. Telegram keeps updates for a day.\n',
        error: null,
      });
      expect((await ops('webhook info')).out).to.contain('No webhook is set: updates wait for one');
    } finally {
      gateway.close();
    }
  });

  it('tell where it is set, what waits and what failed last', async () => {
    await ops('webhook set', [], { PUBLIC_URL: 'http://127.0.0.1:9' });
    const { learners } = await call('/api/learners', { name: 'Ada' });
    await call(`/api/chats/${learners[0].id}/messages`, { text: '/start' });
    const said = await until('an error', 10_000, async () => {
      const { out } = await ops('webhook info');
      return out.includes('Last error') && out;
    });
    expect(said).to.contain('Webhook: http://127.0.0.1:9/telegram/webhook');
    expect(said).to.contain('Connections: 40 at most');
    expect(said).to.contain('Updates: message, callback_query, my_chat_member');
    expect(said).to.contain('1 update waits at Telegram.');
    expect(said).to.match(/Last error, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: \w+/);
    expect(said).to.not.contain('handles others');
    await call(`/bot${TOKEN}/setWebhook`, { url: 'http://127.0.0.1:9/x', allowed_updates: ['message'] });
    expect((await ops('webhook info')).out).to.contain('The gateway handles others');
  });

  it('say what is wrong, from the command line as well', async () => {
    const { error } = await ops('webhook set', [], { TELEGRAM_BOT_TOKEN: `1:${'x'.repeat(35)}` });
    expect(error).to.contain('it does not know TELEGRAM_BOT_TOKEN');
    expect((await ops('webhook set', ['--max-connections', '101'])).error).to.contain('100 connections');
    const bare = await runOps(
      test.url,
      ['webhook', 'set'],
      '',
      variables({ PUBLIC_URL: '', TELEGRAM_WEBHOOK_SECRET: 'x' }),
    );
    expect(bare.code).to.equal(1);
    expect(bare.err).to.match(/^PUBLIC_URL is not set: it must be an address/m);
    expect(bare.err).to.match(/^TELEGRAM_WEBHOOK_SECRET must be 16 to 256/m);
    const [kind] = await db.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM audit_log WHERE subject LIKE '%undefined%'`,
    );
    expect(kind?.n).to.equal(0);
  });
});
