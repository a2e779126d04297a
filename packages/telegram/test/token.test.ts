import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { botIdOf } from '@rung/platform';
import { expect } from 'chai';
import { makeTelegramClient, TelegramError } from '../src/index.ts';
import { ok, refuse, startBotApi } from './botApiServer.ts';

const CANARY = 'CANARY-secret_0123456789';
const TOKEN = `4242:${CANARY}`;

/** Everything that a logger could print of an error. */
function printed(error: unknown): string {
  const own = error instanceof Error ? `${error.message}\n${error.stack}\n${String(error.cause)}` : '';
  return [own, String(error), JSON.stringify(error), inspect(error, { depth: 20, showHidden: true })].join(
    '\n',
  );
}

async function failure(apiRoot: string): Promise<unknown> {
  const client = makeTelegramClient({ token: TOKEN, apiRoot, timeoutMs: 150 });
  expect(inspect(client, { depth: 20, showHidden: true })).not.to.include(CANARY);
  try {
    await client.sendMessage('77', { text: 'Hi', keyboard: [] });
  } catch (error) {
    return error;
  }
  return expect.fail('the call should have failed');
}

const FAULTS: Record<string, (response: ServerResponse) => void> = {
  'refuses and repeats the address': (response) =>
    refuse(response, 400, `Bad Request: no such path /bot${TOKEN}/sendMessage`),
  'does not know the token': (response) => refuse(response, 401, `Unauthorized ${TOKEN}`),
  hangs: () => {},
  'hangs in the middle of its reply': (response) => void response.write('{"ok":true,'),
  'answers 502 with HTML': (response) =>
    response.writeHead(502, { 'content-type': 'text/html' }).end(`<p>/bot${TOKEN}/sendMessage</p>`),
  'closes the socket': (response) => response.destroy(),
  'closes the socket in the middle of its reply': (response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('{"ok":true,', () => response.destroy());
  },
  'replies broken JSON': (response) => response.end(`{"ok":true, /bot${TOKEN}/`),
  'redirects elsewhere': (response) =>
    response.writeHead(302, { location: `http://127.0.0.1:1/bot${TOKEN}/x` }).end(),
  'leaves out the message': (response) => ok(response, TOKEN),
};

describe('The token', () => {
  for (const [fault, handle] of Object.entries(FAULTS)) {
    it(`is in no error when the server ${fault}`, async () => {
      const api = await startBotApi(handle);
      const error = await failure(api.apiRoot).finally(() => api.stop());
      expect(error).to.be.instanceOf(TelegramError);
      expect(printed(error)).not.to.include(CANARY);
    });
  }

  it('is in no error when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const error = await failure(`http://127.0.0.1:${port}`);
    expect(error).to.be.instanceOf(TelegramError).and.to.include({ description: 'ECONNREFUSED' });
    expect(printed(error)).not.to.include(CANARY);
  });

  it('is in no error when the server does not speak HTTP', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const scheme of ['http', 'https']) {
      const error = await failure(`${scheme}://127.0.0.1:${port}`);
      expect(error).to.be.instanceOf(TelegramError);
      expect(printed(error)).not.to.include(CANARY);
    }
    server.close();
  });

  it('begins with the id of the bot', () => {
    expect(botIdOf('123456:AAE-x_y')).to.equal('123456');
  });

  for (const malformed of [
    '',
    CANARY,
    `:${CANARY}`,
    `12x:${CANARY}`,
    `12:${CANARY}/..`,
    `12:${CANARY}\n`,
    '12:',
  ]) {
    it(`is refused without being shown when it is ${JSON.stringify(malformed)}`, () => {
      for (const attempt of [
        () => botIdOf(malformed),
        () => makeTelegramClient({ token: malformed, apiRoot: 'http://127.0.0.1:1' }),
      ]) {
        const thrown = expect(attempt).to.throw(Error, /malformed/);
        thrown.satisfies((error: unknown) => !printed(error).includes(CANARY));
      }
    });
  }
});
