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

/** How long requests under way may take at shutdown: whoever has sent all of one is answered within half a second. */
const DRAIN_MS = 2_000;

const SWEEP_MS = 20;

/** A request that is not whole after this long is cut: Telegram sends its few kilobytes at once. */
const REQUEST_MS = 10_000;

/** Listens on `port`, 0 for any free one. Rejects when it is taken. */
export async function startWebhookServer(webhook: RequestListener, port: number): Promise<WebhookServer> {
  const server = createServer({ requestTimeout: REQUEST_MS }, webhook).listen(port);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      // Those that are busy now are kept alive after their answer, for further requests.
      const sweeping = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearInterval(sweeping);
      clearTimeout(late);
    },
  };
}
