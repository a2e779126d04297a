import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that the server got. */
export interface Received {
  method: string;
  path: string;
  payload: Record<string, unknown>;
  port: number | undefined;
}

type Handler = (response: ServerResponse, received: Received) => void;

/** A small HTTP server in the place of the Bot API: answers every request with `handle`, keeps what it got. */
export async function startBotApi(handle: Handler) {
  const received: Received[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const path = request.url ?? '';
    const method = path.slice(path.lastIndexOf('/') + 1);
    const entry = { method, path, payload: JSON.parse(body), port: request.socket.remotePort };
    received.push(entry);
    handle(response, entry);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    apiRoot: `http://127.0.0.1:${port}`,
    received,
    server,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Replies as the Bot API does when a call succeeds. */
export function ok(response: ServerResponse, result: unknown): void {
  json(response, 200, { ok: true, result });
}

/** Replies as the Bot API does when it refuses a call. */
export function refuse(
  response: ServerResponse,
  code: number,
  description: string,
  parameters?: object,
): void {
  json(response, code, { ok: false, error_code: code, description, parameters });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
