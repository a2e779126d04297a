import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Harness, readJson } from './fixture.ts';

describe("The learners' api", () => {
  let sandbox: Harness;
  let nextDay: Server;
  let nextDayBodies: unknown[];

  beforeEach(async () => {
    nextDayBodies = [];
    nextDay = createServer((request, response) => {
      void readJson(request).then((body) => {
        nextDayBodies.push(body);
        response.writeHead(202, { 'content-type': 'application/json' }).end('{"message":"done"}');
      });
    });
    await new Promise<void>((resolve) => nextDay.listen(0, '127.0.0.1', resolve));
    const { port } = nextDay.address() as AddressInfo;
    sandbox = await Harness.start({ nextDayUrl: `http://127.0.0.1:${port}/next-day` });
  });
  afterEach(async () => {
    await sandbox.close();
    nextDay.close();
    nextDay.closeAllConnections();
  });

  it('makes learners one by one and many at once, with ids beyond 32 bits', async () => {
    const { status, body } = await sandbox.http<{ learners: object[] }>('POST', '/api/learners', {
      name: 'Ada',
      username: 'ada',
      languageCode: 'es',
    });
    expect(status).to.equal(201);
    expect(body.learners).to.deep.equal([
      { id: 5_000_000_001, name: 'Ada', username: 'ada', languageCode: 'es', blocked: false },
    ]);
    const many = await sandbox.http<{ learners: { id: number; name: string }[] }>('POST', '/api/learners', {
      count: 1_000,
      namePrefix: 'Load',
    });
    expect(new Set(many.body.learners.map(({ id }) => id)).size).to.equal(1_000);
    const { body: all } = await sandbox.http<{ learners: object[] }>('GET', '/api/learners');
    expect(all.learners).to.have.length(1_001);
  });

  it('lists learners with the beginning of their last message', async () => {
    const chat = await sandbox.learner('Ada');
    await sandbox.send(chat, 'x'.repeat(100));
    const { body } = await sandbox.http<{ learners: { lastMessage: { text: string } }[] }>(
      'GET',
      '/api/learners',
    );
    expect(body.learners[0]?.lastMessage.text).to.equal('x'.repeat(80));
  });

  it('shows messages with text, entities and HTML', async () => {
    const chat = await sandbox.learner();
    await sandbox.send(chat, '<b>a &lt; b</b>', { parse_mode: 'HTML' });
    expect((await sandbox.chat(chat)).messages[0]).to.deep.include({
      text: 'a < b',
      html: '<b>a &lt; b</b>',
      entities: [{ type: 'bold', offset: 0, length: 5 }],
    });
  });

  it('passes the next day on and relays the answer', async () => {
    const chat = await sandbox.learner();
    expect(await sandbox.http('POST', `/api/chats/${chat}/next-day`)).to.deep.equal({
      status: 202,
      body: { message: 'done' },
    });
    expect(nextDayBodies).to.deep.equal([{ userId: chat }]);
    expect(await sandbox.http('GET', '/api/info')).to.deep.nested.include({ 'body.nextDay': true });
  });

  it('says when the next day cannot be reached, and when there is none', async () => {
    const chat = await sandbox.learner();
    await new Promise((resolve) => nextDay.close(resolve));
    expect((await sandbox.http('POST', `/api/chats/${chat}/next-day`)).status).to.equal(502);
    const without = await Harness.start();
    const learner = await without.learner();
    expect((await without.http('POST', `/api/chats/${learner}/next-day`)).status).to.equal(404);
    await without.close();
  });

  const refused: [method: string, path: string, body: object | undefined, status: number][] = [
    ['POST', '/api/learners', {}, 400],
    ['POST', '/api/learners', { name: ' ' }, 400],
    ['POST', '/api/learners', { count: 0 }, 400],
    ['GET', '/api/chats/1', undefined, 404],
    ['POST', '/api/chats/1/messages', { text: 'x' }, 404],
    ['POST', '/api/updates', { updates: [{ chatId: 1, text: 'x' }], deliver: true }, 404],
    ['GET', '/api/calls?since=x', undefined, 400],
    ['GET', '/nothing', undefined, 404],
  ];
  for (const [method, path, body, status] of refused)
    it(`refuses ${method} ${path} ${JSON.stringify(body) ?? ''} with ${status} and an error`, async () => {
      const answer = await sandbox.http<{ error: string }>(method, path, body);
      expect(answer.status).to.equal(status);
      expect(answer.body.error).to.be.a('string').and.not.equal('');
    });

  it('refuses texts and taps that no Telegram client could send', async () => {
    const chat = await sandbox.learner();
    const post = async (what: string, body: object) =>
      (await sandbox.http('POST', `/api/chats/${chat}/${what}`, body)).status;
    expect(await post('messages', { text: 'x'.repeat(4_097) })).to.equal(400);
    expect(await post('messages', { text: '  ' })).to.equal(400);
    expect(await post('taps', { messageId: 1, data: 'x'.repeat(65) })).to.equal(400);
    expect(await post('taps', { messageId: '1', data: 'x' })).to.equal(400);
    await post('block', {});
    expect(await post('messages', { text: 'x' })).to.equal(409);
  });

  it('makes no update of blocking what is blocked', async () => {
    const chat = await sandbox.learner();
    await sandbox.http('POST', `/api/chats/${chat}/block`);
    expect(await sandbox.http('POST', `/api/chats/${chat}/block`)).to.deep.equal({
      status: 200,
      body: { update: null },
    });
  });
});
