import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { freePort } from '../../../scripts/stack/ports.ts';
import { until } from '../../../scripts/stack/until.ts';
import { type InboxDatabase, openInboxDatabase } from './inboxDatabase.ts';
import { type ServiceProcess, startService } from './serviceProcess.ts';
import { startProxy, type TcpProxy } from './tcpProxy.ts';
import { messageUpdate } from './updates.ts';

const SECRET = 'webhook-secret-of-the-tests';

describe('the gateway', () => {
  let inbox: InboxDatabase;
  let gateway: ServiceProcess;
  let nextId = 1;
  before(async () => {
    inbox = await openInboxDatabase();
  });
  after(() => inbox?.close());

  const send = async (update: object) => {
    const started = performance.now();
    const response = await fetch(`${gateway.url()}/telegram/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SECRET },
      body: JSON.stringify(update),
    });
    const { status } = response;
    return { status, retryAfter: response.headers.get('retry-after'), ms: performance.now() - started };
  };
  /** Of a learner of its own each, so that no limit matters. */
  const fresh = () => messageUpdate(nextId, 1000 + nextId++);
  const readiness = async () => (await fetch(`${gateway.opsUrl()}/readyz`)).status;

  describe('while PostgreSQL is away', () => {
    let proxy: TcpProxy;
    before(async () => {
      const target = new URL(inbox.url);
      proxy = await startProxy({ host: target.hostname, port: Number(target.port) });
      const through = new URL(inbox.url);
      through.host = `127.0.0.1:${proxy.port}`;
      gateway = await startService('gateway', {
        DATABASE_URL: through.href,
        TELEGRAM_WEBHOOK_SECRET: SECRET,
      });
    });
    after(async () => {
      gateway?.kill();
      await gateway?.stop();
      await proxy?.close();
    });
    beforeEach(async () => {
      expect((await send(fresh())).status).to.equal(200);
    });

    const refusesInTime = async () => {
      const updates = Array.from({ length: 20 }, fresh);
      for (const refused of await Promise.all(updates.map(send))) {
        expect(refused).to.include({ status: 503, retryAfter: '1' });
        expect(refused.ms).to.be.below(500);
      }
      for (const update of updates) expect(await inbox.rowOf(update.update_id)).to.equal(undefined);
      return updates;
    };
    const recoversWithin = async (ms: number) => {
      const started = performance.now();
      const update = fresh();
      await until('the gateway accepts again', ms, async () => (await send(update)).status === 200);
      expect(performance.now() - started).to.be.below(ms);
      expect(await inbox.rowOf(update.update_id)).to.include({ status: 'received' });
      expect(await readiness()).to.equal(200);
    };

    it('answers 503 within 500 ms when it is stopped, and 200 again by itself afterwards', async () => {
      await proxy.refuse();
      await refusesInTime();
      expect(await readiness()).to.equal(503);
      expect((await fetch(`${gateway.opsUrl()}/healthz`)).status).to.equal(200);
      await proxy.pass();
      await recoversWithin(2000);
    });

    it('answers 503 within 500 ms when it is in a black hole, and 200 again by itself afterwards', async () => {
      await Promise.all(Array.from({ length: 10 }, () => send(fresh())));
      proxy.swallow();
      await refusesInTime();
      const again = await refusesInTime();
      expect(await readiness()).to.equal(503);
      expect((await fetch(`${gateway.opsUrl()}/healthz`)).status).to.equal(200);
      await proxy.pass();
      await recoversWithin(10_000);
      for (const update of again) expect((await send(update)).status).to.equal(200);
    });

    it('goes on at once after all its connections were terminated', async () => {
      await inbox.db.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'rung%' AND pid <> pg_backend_pid()
           AND client_port IN (SELECT client_port FROM pg_stat_activity WHERE datname = current_database())`,
      );
      await recoversWithin(1000);
      expect(gateway.output()).to.not.include('"msg":"crashed"');
    });

    it('ends within the grace time also in a black hole', async () => {
      proxy.swallow();
      expect((await send(fresh())).status).to.equal(503);
      const ended = await gateway.stop();
      expect(ended.code).to.equal(0);
      expect(ended.ms).to.be.below(12_000);
    });
  });

  describe('while the queue is away', () => {
    let silent: Server;
    const silentSockets = new Set<Socket>();
    before(async () => {
      silent = createServer((socket) => {
        silentSockets.add(socket);
        socket.on('error', () => undefined).resume();
      }).listen(0, '127.0.0.1');
      await once(silent, 'listening');
    });
    after(() => {
      for (const socket of silentSockets) socket.destroy();
      silent.close();
    });
    afterEach(async () => {
      gateway?.kill();
      await gateway?.stop();
    });

    const frozen = async () => {
      const address = silent.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    };
    for (const [what, portOf] of [
      ['refuses connections', freePort],
      ['takes connections and never answers', frozen],
    ] as const) {
      it(`stores and answers 200 in time when it ${what}`, async () => {
        gateway = await startService('gateway', {
          DATABASE_URL: inbox.url,
          QUEUE_URL: `redis://127.0.0.1:${await portOf()}`,
          TELEGRAM_WEBHOOK_SECRET: SECRET,
        });
        await send(fresh());
        const updates = Array.from({ length: 20 }, fresh);
        for (const update of updates.slice(0, 5)) {
          const { status, ms } = await send(update);
          expect(status).to.equal(200);
          expect(ms).to.be.below(250);
        }
        for (const { status } of await Promise.all(updates.slice(5).map(send))) expect(status).to.equal(200);
        for (const update of updates) {
          expect(await inbox.rowOf(update.update_id)).to.include({ status: 'received' });
        }
        expect(await readiness()).to.equal(200);
        await until('lost jobs are counted', 2000, async () =>
          /outcome="lost"/.test(await gateway.metrics()),
        );
        expect((await gateway.stop()).code).to.equal(0);
      });
    }
  });
});
