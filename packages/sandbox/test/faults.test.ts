import { expect } from 'chai';
import { Harness, until } from './fixture.ts';

interface Control {
  faults: { kind: string; hits: number }[];
  violations: number;
  lastViolations: { method: string; chatId: number }[];
  pausedChats: { chatId: number; until: number }[];
}

describe('/control', () => {
  let now = 1_790_000_000_000;
  let sandbox: Harness;
  let chat: number;

  beforeEach(async () => {
    sandbox = await Harness.start({ clock: () => now });
    chat = await sandbox.learner();
  });
  afterEach(() => sandbox.close());

  const inject = (...faults: object[]) => sandbox.http<Control>('POST', '/control', { faults });
  const control = async () => (await sandbox.http<Control>('GET', '/control')).body;
  const send = (chatId = chat) => sandbox.call('sendMessage', { chat_id: chatId, text: 'x' });

  it('tooManyRequests refuses a chat for its time, counts calls in it, and leaves others alone', async () => {
    await inject({ kind: 'tooManyRequests', retryAfter: 7, chatId: chat, count: 1 });
    const other = await sandbox.learner();
    expect(await send()).to.deep.equal({
      status: 429,
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 7',
      parameters: { retry_after: 7 },
    });
    expect(await send(other)).to.include({ ok: true });
    expect((await control()).violations).to.equal(0);
    now += 2_500;
    expect(
      (await sandbox.call('sendChatAction', { chat_id: chat, action: 'typing' })).parameters,
    ).to.deep.equal({ retry_after: 5 });
    expect(await control()).to.deep.include({
      violations: 1,
      lastViolations: [{ at: now, method: 'sendChatAction', chatId: chat }],
      pausedChats: [{ chatId: chat, until: now + 4_500 }],
    });
    now += 4_500;
    expect(await send()).to.include({ ok: true });
    expect((await control()).violations).to.equal(1);
  });

  it('an answer to a tap is no send to the paused chat', async () => {
    await inject({ kind: 'tooManyRequests', retryAfter: 7, count: 1 });
    await send();
    const { callback_query: query } = await sandbox.tap(chat, 1, 'a');
    expect(await sandbox.call('answerCallbackQuery', { callback_query_id: query?.id })).to.include({
      ok: true,
    });
    expect((await control()).violations).to.equal(0);
  });

  for (const [status, description] of [
    [500, 'Internal Server Error'],
    [502, 'Bad Gateway'],
    [503, 'Service Unavailable'],
  ] as const)
    it(`serverError answers ${status} without an effect`, async () => {
      await inject({ kind: 'serverError', status });
      expect(await send()).to.deep.equal({ status, ok: false, error_code: status, description });
      expect((await sandbox.chat(chat)).messages).to.deep.equal([]);
    });

  it('blocked answers 403 to what is sent to a chat, and to nothing else', async () => {
    await inject({ kind: 'blocked' });
    expect(await send()).to.include({ status: 403, description: 'Forbidden: bot was blocked by the user' });
    expect(await sandbox.call('getMe')).to.include({ ok: true });
  });

  for (const apply of [false, true])
    it(`timeout never answers, and ${apply ? 'yet does' : 'does not do'} what was asked`, async () => {
      await inject({ kind: 'timeout', apply, count: 1 });
      const body = JSON.stringify({ chat_id: chat, text: 'x' });
      const outcome = await sandbox
        .call('sendMessage', {}, { body, signal: AbortSignal.timeout(300) })
        .catch((error: unknown) => error);
      expect(outcome).to.have.property('name', 'TimeoutError');
      expect((await sandbox.chat(chat)).messages).to.have.length(apply ? 1 : 0);
      const { body: log } = await sandbox.http<{ calls: object[] }>('GET', '/api/calls');
      expect(log.calls).to.deep.equal([
        {
          n: 0,
          at: now,
          method: 'sendMessage',
          chatId: chat,
          ok: false,
          params: { chat_id: chat, text: 'x' },
        },
      ]);
      expect(await send()).to.include({ ok: true });
    });

  it('slow delays the answer', async () => {
    await inject({ kind: 'slow', ms: 250 });
    const started = performance.now();
    expect(await send()).to.include({ ok: true });
    expect(performance.now() - started).to.be.at.least(240);
  });

  it('filters by method, chat and count', async () => {
    await inject({ kind: 'serverError', status: 500, method: 'sendmessage', chatId: chat, count: 2 });
    const other = await sandbox.learner();
    expect(await send(other)).to.include({ ok: true });
    expect(await sandbox.call('getChat', { chat_id: chat })).to.include({ ok: true });
    expect([await send(), await send(), await send()].map(({ status }) => status)).to.deep.equal([
      500, 500, 200,
    ]);
    expect((await control()).faults[0]).to.include({ hits: 2 });
  });

  it('hits its share of the calls, the same ones each time', async () => {
    const statuses = async () => {
      await inject({ kind: 'serverError', status: 500, probability: 0.3 });
      const answers = [];
      for (let n = 0; n < 100; n++) answers.push((await sandbox.call('getMe')).status);
      return answers;
    };
    const first = await statuses();
    expect(first.filter((status) => status === 500).length).to.be.within(15, 45);
    expect(await statuses()).to.deep.equal(first);
  });

  it('DELETE clears faults, pauses and violations', async () => {
    await inject({ kind: 'tooManyRequests', retryAfter: 60 });
    await send();
    await send();
    await sandbox.http('DELETE', '/control');
    expect(await control()).to.deep.equal({ faults: [], violations: 0, lastViolations: [], pausedChats: [] });
    expect(await send()).to.include({ ok: true });
  });

  it('refuses faults that it does not know', async () => {
    expect((await inject({ kind: 'earthquake' })).status).to.equal(400);
    expect((await inject({ kind: 'slow', ms: 5, methods: 'getMe' })).status).to.equal(400);
  });

  it('a held call does not keep the sandbox from closing', async () => {
    await inject({ kind: 'timeout' });
    const held = send().catch((error: unknown) => error);
    await until(async () => (await control()).faults[0]?.hits === 1, 'the call is held');
    await sandbox.close();
    expect(await held).to.be.instanceOf(Error);
    sandbox = await Harness.start();
  });
});
