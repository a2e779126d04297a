import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { makeLogger, makeRegistry, type OpsServerOptions, readiness, startOpsServer } from '../src/index.ts';

async function withServer(
  options: Partial<OpsServerOptions>,
  check: (get: (path: string) => Promise<Response>, log: () => string) => Promise<void>,
): Promise<void> {
  const stream = new PassThrough();
  const server = await startOpsServer({
    port: 0,
    host: '127.0.0.1',
    registry: makeRegistry('gateway', '1'),
    health: () => ({ ok: true, details: {} }),
    ready: readiness({}),
    logger: makeLogger({ service: 's', level: 'info', format: 'json', secrets: ['canary-3'], stream }),
    ...options,
  });
  try {
    await check(
      (path) => fetch(`http://127.0.0.1:${server.port}${path}`),
      () => String(stream.read()),
    );
  } finally {
    await server.close();
  }
}

describe('the ops server', () => {
  it('tells that the process makes progress', () =>
    withServer({ health: () => ({ ok: true, details: { tickAgeMs: 5 } }) }, async (get) => {
      const response = await get('/healthz');
      expect(response.status).to.equal(200);
      expect(await response.json()).to.deep.equal({ ok: true, tickAgeMs: 5 });
    }));

  it('answers 503 when it makes none, whatever its dependencies do', () =>
    withServer({ health: () => ({ ok: false, details: {} }) }, async (get) => {
      expect((await get('/healthz')).status).to.equal(503);
      expect((await get('/readyz')).status).to.equal(200);
    }));

  it('names the dependencies that are false, failing or silent, within their second', () => {
    const ready = readiness({
      postgres: async () => true,
      queue: async () => false,
      telegram: () => Promise.reject(new Error('canary-3')),
      model: () => new Promise(() => undefined),
      ping: async () => undefined,
    });
    return withServer({ ready }, async (get) => {
      const started = performance.now();
      const response = await get('/readyz');
      expect(performance.now() - started).to.be.within(900, 1900);
      expect(response.status).to.equal(503);
      expect(await response.json()).to.deep.equal({ ready: false, failing: ['queue', 'telegram', 'model'] });
    });
  });

  it('is not ready when all checks together hang', () =>
    withServer({ ready: () => new Promise(() => undefined) }, async (get) => {
      expect((await get('/readyz')).status).to.equal(503);
    }));

  it('shows the metrics in the format of Prometheus', () =>
    withServer({}, async (get) => {
      const response = await get('/metrics');
      expect(response.headers.get('content-type')).to.match(/^text\/plain; version=0\.0\.4/);
      expect(await response.text()).to.include('rung_build_info');
    }));

  it('has nothing else, and does not say what it is made of', () =>
    withServer({}, async (get) => {
      for (const path of ['/', '/admin', '/metrics/x']) expect((await get(path)).status).to.equal(404);
      expect((await get('/')).headers.get('x-powered-by')).to.equal(null);
    }));

  it('answers 500 without details when a check throws, and logs it without secrets', () => {
    const health = () => {
      throw new Error('canary-3');
    };
    return withServer({ health }, async (get, log) => {
      const response = await get('/healthz');
      expect(response.status).to.equal(500);
      expect(await response.text()).to.equal('{"error":"internal error"}');
      expect(log()).to.include('ops request failed').and.not.to.include('canary-3');
    });
  });

  it('rejects when its port is taken', async () => {
    await withServer({}, async (get) => {
      const port = Number(new URL((await get('/')).url).port);
      const error = await withServer({ port }, async () => undefined).catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'EADDRINUSE');
    });
  });

  it('closes although a client keeps its connection', async () => {
    let closedAfterMs = Number.POSITIVE_INFINITY;
    let started = 0;
    await withServer({}, async (get) => {
      await get('/healthz');
      started = performance.now();
    });
    closedAfterMs = performance.now() - started;
    expect(closedAfterMs).to.be.below(1000);
  });
});
