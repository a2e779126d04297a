import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook that listens. */
export interface WebhookServer {
  readonly port: number;
  /**
   * Takes no more connections, answers the requests that have come, and resolves when all connections are closed;
   * those whose request is not over by then, as a slow sender's, are cut.
   */
  close(): Promise<void>;
}

/** How long requests under way may take at shutdown: an answer takes half a second at most. */
const DRAIN_MS = 5_000;

/** Listens on `port`, 0 for any free one. Rejects when it is taken. */
export async function startWebhookServer(webhook: RequestListener, port: number): Promise<WebhookServer> {
  const server = createServer(webhook).listen(port);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      // A connection that is in use would be kept alive, and its sender would go on using it.
      server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
      server.close();
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}
