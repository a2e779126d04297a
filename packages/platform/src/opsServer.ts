import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Registry } from 'prom-client';
import type { Logger } from './logger.ts';

/** Whether the process makes progress; never about its dependencies, or their outage would restart every service. */
export interface Health {
  readonly ok: boolean;
  /** Shown as they are: no secrets. */
  readonly details: Record<string, unknown>;
}

export interface OpsServerOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** All interfaces when not given. */
  readonly host?: string;
  readonly registry: Registry;
  readonly health: () => Health;
  /** Dependencies by name, true when usable; see `readiness`. */
  readonly ready: () => Promise<Record<string, boolean>>;
  readonly logger: Logger;
}

export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

const checkTimeoutMs = 1000;

/**
 * Serves `/healthz` and `/readyz` (200, or 503 naming what is wrong) and `/metrics`; anything else is 404. Resolves
 * once it listens; rejects when the port is taken.
 */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const { registry, health, ready, logger } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);

  app.get('/healthz', (_request, response) => {
    const { ok, details } = health();
    response.status(ok ? 200 : 503).json({ ok, ...details });
  });
  app.get('/readyz', async (_request, response) => {
    // A second more than each check has, for those who bound theirs with `readiness`.
    const checks = await within(2 * checkTimeoutMs, ready(), { checks: false });
    const failing = Object.keys(checks).filter((name) => checks[name] !== true);
    response.status(failing.length === 0 ? 200 : 503).json({ ready: failing.length === 0, failing });
  });
  app.get('/metrics', async (_request, response) => {
    const text = await registry.metrics();
    response.set('Content-Type', registry.contentType).send(text);
  });
  app.use((_request, response) => {
    response.status(404).json({ error: 'not found' });
  });
  const onError: express.ErrorRequestHandler = (error, request, response, _next) => {
    logger.error('ops request failed', { path: request.path, error });
    response.status(500).json({ error: 'internal error' });
  };
  app.use(onError);

  const server = app.listen(options.port, options.host ?? '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Makes the `ready` of an ops server: all checks run at once, each a second at most. A check that rejects, answers false
 * or takes longer is not ready.
 */
export function readiness(
  checks: Record<string, () => Promise<unknown>>,
): () => Promise<Record<string, boolean>> {
  return async () => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]): Promise<[string, boolean]> => {
        try {
          return [name, (await within(checkTimeoutMs, check(), false)) !== false];
        } catch {
          return [name, false];
        }
      }),
    );
    return Object.fromEntries(results);
  };
}

/** The promise's value, or `otherwise` when that takes too long. */
async function within<T>(timeoutMs: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, otherwise);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
