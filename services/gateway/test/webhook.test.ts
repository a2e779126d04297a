import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { until } from '../../../scripts/stack/until.ts';
import { MEGABYTE, megabytes, postInChunks } from './chunkedBody.ts';
import { type InboxDatabase, openInboxDatabase } from './inboxDatabase.ts';
import { type ServiceProcess, seriesIn, startService } from './serviceProcess.ts';
import { messageUpdate, nested, tapUpdate } from './updates.ts';

const SECRET = 'webhook-secret-of-the-tests';

describe('the webhook', () => {
  let inbox: InboxDatabase;
  let gateway: ServiceProcess;
  let nextId = 1;

  before(async () => {
    inbox = await openInboxDatabase();
    gateway = await startService('gateway', { DATABASE_URL: inbox.url, TELEGRAM_WEBHOOK_SECRET: SECRET });
  });
  after(async () => {
    await gateway?.stop();
    await inbox?.close();
  });

  const headers = (more: Record<string, string> = {}) => ({
    'content-type': 'application/json',
    'x-telegram-bot-api-secret-token': SECRET,
    ...more,
  });
  const post = (body: RequestInit['body'], given: Record<string, string> = headers()) =>
    fetch(`${gateway.url()}/telegram/webhook`, { method: 'POST', headers: given, body: body ?? null });
  const statusOf = async (...of: Parameters<typeof post>) => (await post(...of)).status;
  const send = (update: object) => statusOf(JSON.stringify(update));
  const counted = async (result: string) =>
    seriesIn(await gateway.metrics(), `rung_updates_total{result="${result}"}`);

  const chunked = (chunks: Iterable<Buffer>, given: Record<string, string> = headers()) =>
    postInChunks(`${gateway.url()}/telegram/webhook`, given, chunks);

  it('answers 200 and keeps the update as it came', async () => {
    const update = tapUpdate(nextId++, 42, 'a:7:3');
    expect(await send(update)).to.equal(200);
    expect(await inbox.rowOf(update.update_id)).to.deep.equal({
      botId: '0',
      updateId: update.update_id,
      userId: '42',
      job: 'answer.grade',
      status: 'received',
      reason: null,
      payload: update,
    });
  });

  it('gives the stored update a job', async () => {
    const update = messageUpdate(nextId++, 42);
    await send(update);
    await until('the job is in its queue', 2000, async () => {
      const jobs = await inbox.db.sql('SELECT FROM bullmq.job WHERE id = $1', [
        `update-0-${update.update_id}`,
      ]);
      return jobs.length === 1;
    });
  });

  for (const [what, secret] of [
    ['no secret', undefined],
    ['a wrong secret', SECRET.replace('s', 'z')],
    ['a secret that is too short', SECRET.slice(0, -1)],
    ['a secret that is too long', `${SECRET}x`],
    ['an empty secret', ''],
    ['two secrets', `${SECRET}, ${SECRET}`],
  ] as const) {
    it(`answers 401 to ${what} and stores nothing`, async () => {
      const { 'x-telegram-bot-api-secret-token': _, ...without } = headers();
      const given =
        secret === undefined ? without : { ...without, 'x-telegram-bot-api-secret-token': secret };
      const update = messageUpdate(nextId++, 42);
      expect(await statusOf(JSON.stringify(update), given)).to.equal(401);
      expect(await inbox.rowOf(update.update_id)).to.equal(undefined);
    });
  }

  it('answers 413 over 256 KiB and 200 up to it', async () => {
    const padded = (bytes: number) => {
      const update = JSON.stringify(messageUpdate(nextId++, 42));
      return `${update}${' '.repeat(bytes - update.length)}`;
    };
    expect(await statusOf(padded(256 * 1024))).to.equal(200);
    expect(await statusOf(padded(256 * 1024 + 1))).to.equal(413);
    expect(await inbox.rowOf(nextId - 2)).to.include({ status: 'received' });
    expect(await inbox.rowOf(nextId - 1)).to.equal(undefined);
  });

  it('answers 413 over 256 KiB that nobody announced', async () => {
    expect(await chunked(megabytes(1))).to.equal(413);
  });

  it('answers 415 to what is packed, without unpacking it', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * MEGABYTE, 0x20));
    expect(await statusOf(bomb, headers({ 'content-encoding': 'gzip' }))).to.equal(415);
  });

  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
    it(`answers 415 to the content type "${type}"`, async () => {
      const body = Buffer.from(JSON.stringify(messageUpdate(nextId++, 42)));
      expect(await statusOf(body, headers({ 'content-type': type }))).to.equal(415);
    });
  }

  for (const broken of ['{', '{"update_id":1', "{'update_id':1}", '\u0000', 'undefined']) {
    it(`answers 400 to ${JSON.stringify(broken)}, which is no JSON`, async () => {
      const response = await post(broken);
      expect([response.status, await response.text()]).to.deep.equal([400, '']);
    });
  }

  for (const [what, body] of [
    ['JSON that is no object', '[1]'],
    ['JSON that is a number', '5'],
    ['an update without update_id', JSON.stringify({ message: messageUpdate(1, 42).message })],
    ['an update_id that is no integer', JSON.stringify({ ...messageUpdate(1, 42), update_id: 1.5 })],
  ] as const) {
    it(`counts ${what}, keeps nothing and answers 200`, async () => {
      const [before, rows] = [await counted('invalid'), (await inbox.rows()).length];
      expect(await statusOf(body)).to.equal(200);
      expect(await counted('invalid')).to.equal(before + 1);
      expect(await inbox.rows()).to.have.length(rows);
    });
  }

  it('answers 404 to every other route and method', async () => {
    const paths = [
      '/',
      '/telegram',
      '/telegram/webhook/',
      '/Telegram/Webhook',
      '/telegram/webhook/x',
      '/metrics',
      '/healthz',
      '/%',
    ];
    for (const path of paths) {
      const { status } = await fetch(`${gateway.url()}${path}`, {
        method: 'POST',
        headers: headers(),
        body: '{}',
      });
      expect(status, path).to.equal(404);
    }
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { status } = await fetch(`${gateway.url()}/telegram/webhook`, { method, headers: headers() });
      expect(status, method).to.equal(404);
    }
  });

  const { message } = messageUpdate(1, 42);
  for (const [what, content] of [
    ['a message in a group', { message: { ...message, chat: { id: -5, type: 'group' } } }],
    ['a channel post', { channel_post: message }],
    ['an edited message', { edited_message: message }],
    ['a message without a sender', { message: { ...message, from: undefined } }],
    ['an update nested 100 deep', { message, more: JSON.parse(nested(100)) }],
  ] as const) {
    it(`keeps ${what} as quarantined and answers 200`, async () => {
      const update = { update_id: nextId++, ...content };
      expect(await send(update)).to.equal(200);
      expect(await inbox.rowOf(update.update_id)).to.deep.include({
        status: 'quarantined',
        userId: null,
        job: null,
        payload: JSON.parse(JSON.stringify(update)),
      });
    });
  }

  for (const kind of ['message', 'poll']) {
    it(`keeps a ${kind} nested 60,000 deep as quarantined and answers 200`, async () => {
      const id = nextId++;
      const body = `{"update_id":${id},"${kind}":${JSON.stringify(message)},"more":${nested(60_000)}}`;
      expect(await statusOf(body)).to.equal(200);
      expect(await inbox.rowOf(id)).to.deep.include({ status: 'quarantined', payload: null });
    });
  }

  it('stores an update that is sent again once', async () => {
    const update = messageUpdate(nextId++, 43);
    const before = await counted('repeated');
    const statuses = await Promise.all([send(update), send(update), send(update)]);
    expect([...statuses, await send(update)]).to.deep.equal([200, 200, 200, 200]);
    expect((await inbox.rows()).filter((row) => row.updateId === update.update_id)).to.have.length(1);
    expect(await counted('repeated')).to.equal(before + 3);
  });

  it('takes prototype keys for data', async () => {
    const id = nextId++;
    const body = `{"update_id":${id},"__proto__":{"update_id":7,"polluted":true},"constructor":{"prototype":{"polluted":true}},
      "message":${JSON.stringify({ ...message, text: '__proto__' })}}`;
    expect(await statusOf(body)).to.equal(200);
    expect(await inbox.rowOf(id)).to.include({ status: 'received', userId: '42' });
    expect(await send(messageUpdate(nextId++, 42))).to.equal(200);
  });

  it('serves others while somebody sends slowly', async () => {
    const slow = request(`${gateway.url()}/telegram/webhook`, { method: 'POST', headers: headers() });
    const id = nextId++;
    const answered = new Promise<number | undefined>((resolve, reject) => {
      slow.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
    });
    const body = JSON.stringify(messageUpdate(id, 42));
    slow.write(body.slice(0, 20));
    for (let i = 0; i < 5; i++) expect(await send(messageUpdate(nextId++, 44))).to.equal(200);
    expect(await inbox.rowOf(id)).to.equal(undefined);
    slow.end(body.slice(20));
    expect(await answered).to.equal(200);
    expect(await inbox.rowOf(id)).to.include({ status: 'received' });
  });

  it('lets bodies of 50 MB grow its memory by less than that', async () => {
    const resident = async () => seriesIn(await gateway.metrics(), 'process_resident_memory_bytes');
    const before = await resident();
    const { 'x-telegram-bot-api-secret-token': _, ...stranger } = headers();
    let peak = 0;
    const watching = setInterval(() => void resident().then((now) => (peak = Math.max(peak, now))), 20);
    const statuses = await Promise.all([
      ...[1, 2].map(() => chunked(megabytes(50))),
      ...[1, 2].map(() => chunked(megabytes(50), stranger)),
    ]).finally(() => clearInterval(watching));
    expect(statuses.slice(0, 2)).to.satisfy((two: unknown[]) =>
      two.every((one) => one === 413 || one === 'cut'),
    );
    expect(statuses.slice(2)).to.satisfy((two: unknown[]) =>
      two.every((one) => one === 401 || one === 'cut'),
    );
    expect(Math.max(peak, await resident()) - before).to.be.below(50 * MEGABYTE);
    expect(await send(messageUpdate(nextId++, 45))).to.equal(200);
  });

  it('counts requests by class and type, and measures them', async () => {
    const metrics = await gateway.metrics();
    const of = (code: string, type: string) =>
      seriesIn(metrics, `rung_webhook_requests_total{code_class="${code}",update_type="${type}"}`);
    expect(of('2xx', 'message')).to.be.above(0);
    expect(of('2xx', 'callback_query')).to.be.above(0);
    expect(of('2xx', 'other')).to.be.above(0);
    expect(of('4xx', 'other')).to.be.above(0);
    expect(metrics).to.include('code_class="5xx",update_type="message"} 0\n');
    expect(metrics).to.not.match(/code_class="5xx",.*\} [1-9]/);
    expect(seriesIn(metrics, 'rung_webhook_request_duration_seconds_count')).to.be.above(40);
  });
});
