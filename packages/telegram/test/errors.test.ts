import { expect } from 'chai';
import {
  BadRequest,
  ChatBlocked,
  MessageGone,
  makeTelegramClient,
  type RequestOutcome,
  TelegramError,
  TelegramUnavailable,
  TooManyRequests,
  Unauthorized,
} from '../src/index.ts';
import { ok, refuse, startBotApi } from './botApiServer.ts';

const TOKEN = '4242:test-token';
const MESSAGE = { text: 'Hi', keyboard: [] };

/** Telegram's own words (Bot API server, `Client.cpp`) and what they mean. */
const REFUSALS: [
  code: number,
  description: string,
  meaning: typeof TelegramError,
  outcome: RequestOutcome,
][] = [
  [403, 'Forbidden: bot was blocked by the user', ChatBlocked, 'blocked'],
  [403, 'Forbidden: user is deactivated', ChatBlocked, 'blocked'],
  [403, "Forbidden: bot can't initiate conversation with a user", ChatBlocked, 'blocked'],
  [400, 'Bad Request: chat not found', ChatBlocked, 'blocked'],
  [400, 'Bad Request: message to edit not found', MessageGone, 'gone'],
  [400, "Bad Request: message can't be edited", MessageGone, 'gone'],
  [400, 'Bad Request: MESSAGE_ID_INVALID', MessageGone, 'gone'],
  [401, 'Unauthorized', Unauthorized, 'unauthorized'],
  [400, "Bad Request: can't parse entities: Unclosed start tag", BadRequest, 'bad_request'],
  [400, 'Bad Request: BUTTON_DATA_INVALID', BadRequest, 'bad_request'],
  [404, 'Not Found', BadRequest, 'bad_request'],
  [409, 'Conflict: terminated by other getUpdates request', BadRequest, 'bad_request'],
  [500, 'Internal Server Error', TelegramUnavailable, 'unavailable'],
  [502, 'Bad Gateway', TelegramUnavailable, 'unavailable'],
];

describe('Errors of the Bot API', () => {
  let api: Awaited<ReturnType<typeof startBotApi>>;
  let outcomes: [method: string, outcome: RequestOutcome][];
  const start = async (handle: Parameters<typeof startBotApi>[0]) => {
    api = await startBotApi(handle);
    outcomes = [];
    return makeTelegramClient({
      token: TOKEN,
      apiRoot: api.apiRoot,
      timeoutMs: 200,
      onRequest: (method, outcome, seconds) => {
        expect(seconds).to.be.within(0, 10);
        outcomes.push([method, outcome]);
      },
    });
  };
  const errorOf = (call: Promise<unknown>) => call.then(() => undefined).catch((error: unknown) => error);
  afterEach(() => api.stop());

  for (const [code, description, meaning, outcome] of REFUSALS) {
    it(`reads ${code} "${description}" as ${meaning.name}`, async () => {
      const client = await start((response) => refuse(response, code, description));
      const error = await errorOf(client.editMessage('77', 5, MESSAGE));
      expect(error).to.be.instanceOf(meaning).and.to.be.instanceOf(TelegramError);
      expect(error).to.include({ name: meaning.name, method: 'editMessageText', code, description, outcome });
      expect(error).to.have.property('message', `editMessageText: ${code} ${description}`);
      expect(outcomes).to.deep.equal([['editMessageText', outcome]]);
    });
  }

  it('reads 429 as TooManyRequests with the wait in milliseconds', async () => {
    const client = await start((response) =>
      refuse(response, 429, 'Too Many Requests: retry after 7', { retry_after: 7 }),
    );
    const error = await errorOf(client.sendMessage('77', MESSAGE));
    expect(error).to.be.instanceOf(TooManyRequests).and.to.include({ retryAfterMs: 7000 });
    expect(outcomes).to.deep.equal([['sendMessage', 'too_many_requests']]);
  });

  it('waits a second when a 429 does not say how long', async () => {
    const client = await start((response) => refuse(response, 429, 'Too Many Requests'));
    const error = await errorOf(client.sendMessage('77', MESSAGE));
    expect(error).to.be.instanceOf(TooManyRequests).and.to.include({ retryAfterMs: 1000 });
  });

  it("does not take a proxy's page for Telegram's word", async () => {
    const client = await start((response) =>
      response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>403 Forbidden</h1>'),
    );
    const error = await errorOf(client.sendMessage('77', MESSAGE));
    expect(error).to.be.instanceOf(TelegramUnavailable).and.to.include({ code: 403 });
  });

  for (const reply of [
    '',
    '[]',
    'null',
    '{}',
    '{"ok":true}',
    '{"ok":false}',
    '{"ok":true,"result":',
    '"ok"',
  ]) {
    it(`is unavailable when the reply is ${reply === '' ? 'empty' : reply}`, async () => {
      const client = await start((response) => response.end(reply));
      expect(await errorOf(client.sendMessage('77', MESSAGE))).to.be.instanceOf(TelegramUnavailable);
      expect(await errorOf(client.answerCallback('cb'))).to.be.instanceOf(TelegramUnavailable);
    });
  }

  it('is unavailable when a message was sent and its id does not come back', async () => {
    const client = await start((response) => ok(response, { message_id: 'x' }));
    expect(await errorOf(client.sendMessage('77', MESSAGE))).to.be.instanceOf(TelegramUnavailable);
  });

  it('aborts the HTTP request when the timeout passes, before the reply or in the middle of it', async () => {
    for (const begin of [false, true]) {
      let closed: Promise<unknown> = Promise.resolve();
      const client = await start((response) => {
        closed = new Promise((resolve) => response.on('close', resolve));
        if (begin) response.write('{"ok":');
      });
      const error = await errorOf(client.sendMessage('77', MESSAGE));
      expect(error).to.be.instanceOf(TelegramUnavailable);
      expect(error).to.include({ code: 0, description: 'no reply within 200 ms' });
      await closed;
      expect(outcomes).to.deep.equal([['sendMessage', 'unavailable']]);
      await api.stop();
    }
    api = await startBotApi(() => {});
  });

  it('tells of a call that succeeded, and of the harmless refusals by their own names', async () => {
    const client = await start((response, { method }) => {
      if (method === 'sendMessage') ok(response, { message_id: 1 });
      else if (method === 'editMessageText') refuse(response, 400, 'Bad Request: message is not modified');
      else refuse(response, 400, 'Bad Request: query is too old and response timeout expired');
    });
    await client.sendMessage('77', MESSAGE);
    await client.editMessage('77', 1, MESSAGE);
    await client.answerCallback('cb');
    expect(outcomes).to.deep.equal([
      ['sendMessage', 'ok'],
      ['editMessageText', 'not_modified'],
      ['answerCallbackQuery', 'too_old'],
    ]);
  });
});
