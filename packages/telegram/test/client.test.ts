import { expect } from 'chai';
import { makeTelegramClient } from '../src/index.ts';
import { ok, refuse, startBotApi } from './botApiServer.ts';

const TOKEN = '4242:test-token';
const MESSAGE = { text: '<b>Hi</b>', keyboard: [[{ text: 'A', data: 'a:1:0' }]] };

describe('The client of the Bot API', () => {
  let api: Awaited<ReturnType<typeof startBotApi>>;
  const start = async (handle: Parameters<typeof startBotApi>[0], timeoutMs = 5_000) => {
    api = await startBotApi(handle);
    return makeTelegramClient({ token: TOKEN, apiRoot: api.apiRoot, timeoutMs });
  };
  afterEach(() => api.stop());

  it('sends HTML with buttons and without link previews, and returns the message id', async () => {
    const client = await start((response) => ok(response, { message_id: 17 }));
    expect(await client.sendMessage('77', MESSAGE)).to.deep.equal({ messageId: 17 });
    expect(api.received[0]?.path).to.equal(`/bot${TOKEN}/sendMessage`);
    expect(api.received[0]?.payload).to.deep.equal({
      chat_id: '77',
      text: '<b>Hi</b>',
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      reply_markup: { inline_keyboard: [[{ text: 'A', callback_data: 'a:1:0' }]] },
    });
  });

  it('sends no keyboard when there are no buttons', async () => {
    const client = await start((response) => ok(response, { message_id: 1 }));
    await client.sendMessage('77', { text: 'plain', keyboard: [] });
    expect(api.received[0]?.payload).not.to.have.property('reply_markup');
  });

  it('edits a message and takes its buttons away with an empty keyboard', async () => {
    const client = await start((response) => ok(response, true));
    expect(await client.editMessage('77', 5, { text: 'done', keyboard: [] })).to.equal('edited');
    expect(api.received[0]?.method).to.equal('editMessageText');
    expect(api.received[0]?.payload).to.deep.equal({
      chat_id: '77',
      message_id: 5,
      text: 'done',
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      reply_markup: { inline_keyboard: [] },
    });
  });

  it('counts an edit that changes nothing as success', async () => {
    const client = await start((response) =>
      refuse(
        response,
        400,
        'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
      ),
    );
    expect(await client.editMessage('77', 5, MESSAGE)).to.equal('unchanged');
  });

  it('answers a callback with and without a notice', async () => {
    const client = await start((response) => ok(response, true));
    expect(await client.answerCallback('cb1', 'Saved')).to.equal('answered');
    expect(await client.answerCallback('cb2')).to.equal('answered');
    expect(api.received.map((one) => one.payload)).to.deep.equal([
      { callback_query_id: 'cb1', text: 'Saved' },
      { callback_query_id: 'cb2' },
    ]);
  });

  it('counts a callback that is too old to be answered as success', async () => {
    const client = await start((response) =>
      refuse(
        response,
        400,
        'Bad Request: query is too old and response timeout expired or query ID is invalid',
      ),
    );
    expect(await client.answerCallback('cb1')).to.equal('too_old');
  });

  it('fetches updates by long polling, with the wait on top of the timeout', async () => {
    const updates = [{ update_id: 8, message: { text: 'hi' } }];
    const client = await start((response) => void setTimeout(() => ok(response, updates), 150), 50);
    const poll = { offset: 8, timeoutSeconds: 1, limit: 10, allowedUpdates: ['message'] as const };
    expect(await client.getUpdates(poll)).to.deep.equal(updates);
    expect(api.received[0]?.payload).to.deep.equal({
      offset: 8,
      timeout: 1,
      limit: 10,
      allowed_updates: ['message'],
    });
  });

  it('stops a long poll when the caller aborts it, and rejects with the reason', async () => {
    const stopping = new AbortController();
    let closed: Promise<unknown> = Promise.resolve();
    const client = await start((response) => {
      closed = new Promise((resolve) => response.on('close', resolve));
      stopping.abort(new Error('shutting down'));
    });
    const poll = client.getUpdates({ timeoutSeconds: 30, limit: 1, signal: stopping.signal });
    expect(await poll.catch((error: unknown) => error)).to.equal(stopping.signal.reason);
    await closed;
    const again = client.getUpdates({ timeoutSeconds: 30, limit: 1, signal: stopping.signal });
    expect(await again.catch((error: unknown) => error)).to.equal(stopping.signal.reason);
    expect(api.received).to.have.length(1);
  });

  it('registers commands and looks after the webhook', async () => {
    const results: Record<string, unknown> = { getWebhookInfo: { url: 'u' }, getMe: { id: 4242 } };
    const client = await start((response, { method }) => ok(response, results[method] ?? true));
    const commands = [{ command: 'quiz', description: 'Question' }];
    await client.setMyCommands(commands);
    await client.setMyCommands(commands, 'es');
    await client.setWebhook({
      url: 'https://rung.example/telegram/webhook',
      secretToken: 'a-secret-of-sixteen',
      allowedUpdates: ['message', 'callback_query'],
      maxConnections: 40,
    });
    await client.deleteWebhook();
    expect(await client.getWebhookInfo()).to.deep.equal({ url: 'u' });
    expect(await client.getMe()).to.deep.equal({ id: 4242 });
    expect(api.received.map(({ method, payload }) => [method, payload])).to.deep.equal([
      ['setMyCommands', { commands }],
      ['setMyCommands', { commands, language_code: 'es' }],
      [
        'setWebhook',
        {
          url: 'https://rung.example/telegram/webhook',
          secret_token: 'a-secret-of-sixteen',
          allowed_updates: ['message', 'callback_query'],
          max_connections: 40,
        },
      ],
      ['deleteWebhook', {}],
      ['getWebhookInfo', {}],
      ['getMe', {}],
    ]);
  });

  it('keeps its connection alive from one call to the next, after refusals and 5xx too', async () => {
    const client = await start((response, { method }) => {
      if (method === 'sendMessage') refuse(response, 502, 'Bad Gateway');
      else if (method === 'editMessageText') refuse(response, 400, 'Bad Request: message to edit not found');
      else ok(response, true);
    });
    await client.answerCallback('one');
    await client.sendMessage('77', MESSAGE).catch(() => {});
    await client.editMessage('77', 5, MESSAGE).catch(() => {});
    await client.answerCallback('two');
    expect(api.received).to.have.length(4);
    expect(new Set(api.received.map(({ port }) => port)).size).to.equal(1);
  });

  it('leaves nothing behind on a connection that serves many calls', async () => {
    const client = await start((response) => ok(response, true));
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    try {
      for (let i = 0; i < 30; i++) await client.answerCallback(String(i));
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('warning', note);
    }
    expect(warnings.map(({ name }) => name)).to.not.include('MaxListenersExceededWarning');
  });

  it('works below a path of the root, with or without a slash at its end', async () => {
    await start((response) => ok(response, true));
    for (const tail of ['/proxy', '/proxy/']) {
      await makeTelegramClient({ token: TOKEN, apiRoot: api.apiRoot + tail }).answerCallback('cb');
    }
    expect(api.received.map(({ path }) => path)).to.deep.equal(
      Array(2).fill(`/proxy/bot${TOKEN}/answerCallbackQuery`),
    );
  });
});
