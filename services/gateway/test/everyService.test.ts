import { type Sandbox, startSandbox } from '@rung/sandbox';
import { expect } from 'chai';
import { until } from '../../../scripts/stack/until.ts';
import { type InboxDatabase, openInboxDatabase } from './inboxDatabase.ts';
import { type ServiceName, type ServiceProcess, startService } from './serviceProcess.ts';
import { startProxy, type TcpProxy } from './tcpProxy.ts';
import { messageUpdate } from './updates.ts';

const TOKEN = '777:canary-token-abcdefghijklmnopqrstuvwxyz';
const SECRET = 'canary-webhook-secret';
const PASSWORD = 'canary-database-password';
const GRACE_MS = 10_000;

/** Metrics of section 3 of the guarantees, by the service that owns them. */
const ofEvery = [
  'rung_build_info',
  'rung_db_query_duration_seconds',
  'rung_db_pool_connections',
  'rung_jobs_total',
];
const ofConsumers = ['rung_jobs_stalled_total', 'rung_job_wait_seconds', 'rung_job_duration_seconds'];
const metricsOf: Readonly<Record<ServiceName, readonly string[]>> = {
  gateway: [
    ...ofEvery,
    'rung_webhook_requests_total',
    'rung_webhook_request_duration_seconds',
    'rung_updates_total',
  ],
  scheduler: [
    ...ofEvery,
    ...ofConsumers,
    'rung_queue_jobs',
    'rung_queue_oldest_job_age_seconds',
    'rung_inbox_oldest_age_seconds',
    'rung_fanout_last_success_timestamp_seconds',
    'rung_fanout_overdue_users',
    'rung_dead_letters',
    'rung_learners',
    'rung_learners_by_level',
    'rung_topic_accuracy',
    'rung_unseen_questions',
    'rung_db_connections',
    'rung_invariant_violations_total',
    'rung_daily_deliveries',
  ],
  worker: [
    ...ofEvery,
    ...ofConsumers,
    'rung_telegram_requests_total',
    'rung_telegram_webhook_pending_updates',
    'rung_deliveries_total',
    'rung_answers_total',
    'rung_questions_total',
    'rung_feedback_seconds',
    'rung_question_selection_seconds',
  ],
};

const services: readonly ServiceName[] = ['gateway', 'scheduler', 'worker'];

describe('every service', () => {
  let inbox: InboxDatabase;
  let proxy: TcpProxy;
  let sandbox: Sandbox;
  let role: string;
  /** One each, so that no learner's limit matters; also the id of the update. */
  let nextUser = 1000;
  const running = new Map<ServiceName, ServiceProcess>();

  const serviceOf = (name: ServiceName): ServiceProcess => {
    const service = running.get(name);
    if (service === undefined) throw new Error(`${name} does not run`);
    return service;
  };
  const probe = async (name: ServiceName, path: string) => {
    const response = await fetch(`${serviceOf(name).opsUrl()}${path}`);
    return { status: response.status, body: await response.text() };
  };

  before(async function () {
    this.timeout(40_000);
    inbox = await openInboxDatabase();
    // The password must be one that is in no other text.
    role = `canary_${new URL(inbox.url).pathname.slice(1)}`;
    await inbox.db.sql(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD '${PASSWORD}'`);
    const target = new URL(inbox.url);
    proxy = await startProxy({ host: target.hostname, port: Number(target.port) });
    sandbox = await startSandbox({ port: 0, token: TOKEN });
    const database = new URL(inbox.url);
    database.username = role;
    database.password = PASSWORD;
    database.host = `127.0.0.1:${proxy.port}`;
    const env = {
      DATABASE_URL: database.href,
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: sandbox.url,
      TELEGRAM_WEBHOOK_SECRET: SECRET,
      SHUTDOWN_GRACE_MS: String(GRACE_MS),
      TICK_INTERVAL_MS: '500',
      LOG_LEVEL: 'debug',
    };
    await Promise.all(services.map(async (name) => running.set(name, await startService(name, env))));
    const learner = await fetch(`${sandbox.url}/api/learners`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada' }),
    });
    const { learners } = (await learner.json()) as { learners: { id: number }[] };
    await sendUpdate(1, learners[0]?.id ?? 0, '/start');
    await until('the update is done', 10_000, async () => (await inbox.rowOf(1))?.status === 'done');
  });
  after(async () => {
    for (const service of running.values()) {
      service.kill();
      await service.stop();
    }
    await sandbox?.close();
    await proxy?.close();
    await inbox?.db.sql(`DROP OWNED BY ${role}`).catch(() => undefined);
    await inbox?.db.sql(`DROP ROLE ${role}`).catch(() => undefined);
    await inbox?.close();
  });

  const sendUpdate = async (updateId: number, userId: number, text: string) => {
    const response = await fetch(`${serviceOf('gateway').url()}/telegram/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SECRET },
      body: JSON.stringify(messageUpdate(updateId, userId, text)),
    });
    return response.status;
  };

  for (const name of services) {
    it(`says on the ${name}'s operations port that it is well and ready`, async () => {
      expect((await probe(name, '/healthz')).status).to.equal(200);
      expect(await probe(name, '/readyz')).to.deep.equal({
        status: 200,
        body: '{"ready":true,"failing":[]}',
      });
      expect((await probe(name, '/')).status).to.equal(404);
    });

    it(`shows the metrics that the ${name} owns, in under 2,000 series`, async () => {
      const { body } = await probe(name, '/metrics');
      const shown = [...body.matchAll(/^# TYPE (rung_\S+)/gm)].map(([, metric]) => metric);
      expect(shown).to.include.members([...metricsOf[name]]);
      expect(body).to.match(new RegExp(`^rung_build_info\\{service="${name}",version="[^"]+"\\} 1$`, 'm'));
      expect(body.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length).to.be.below(
        2000,
      );
      expect(body).to.not.include('canary');
    });
  }

  for (const [what, fault] of [
    ['refuses connections', 'refuse'],
    ['is in a black hole', 'swallow'],
  ] as const) {
    it(`stays well but not ready while the database ${what}, and works again within 20 s of its return`, async function () {
      this.timeout(40_000);
      await proxy[fault]();
      const userId = nextUser++;
      expect(await sendUpdate(userId, userId, '/help')).to.equal(503);
      for (const name of services) {
        await until(`${name} is not ready`, 5000, async () => (await probe(name, '/readyz')).status === 503);
        expect((await probe(name, '/healthz')).status, name).to.equal(200);
      }
      await proxy.pass();
      const returned = performance.now();
      const isDone = async () => {
        // Another one each time: the job of the first may be lost, and is the reconciler's in a minute.
        const id = nextUser++;
        if ((await sendUpdate(id, id, '/help')) !== 200) return false;
        return until('it is done', 500, async () => (await inbox.rowOf(id))?.status === 'done').catch(
          () => false,
        );
      };
      await until('an update is worked on', 20_000, isDone);
      for (const name of services) {
        await until(`${name} is ready`, 20_000, async () => (await probe(name, '/readyz')).status === 200);
      }
      expect(performance.now() - returned).to.be.below(20_000);
      for (const name of services) {
        expect(serviceOf(name).ended(), name).to.equal(undefined);
        expect(serviceOf(name).output(), name).to.not.include('"msg":"crashed"');
      }
    });
  }

  it('ends at SIGTERM with 0 and within the grace time', async function () {
    this.timeout(2 * GRACE_MS);
    const ends = await Promise.all(services.map((name) => serviceOf(name).stop()));
    for (const [i, { code, ms }] of ends.entries()) {
      expect(code, services[i]).to.equal(0);
      expect(ms, services[i]).to.be.below(GRACE_MS);
    }
  });

  it('has written no secret into any line of its log through all of that', () => {
    for (const name of services) {
      const output = serviceOf(name).output();
      expect(output, name).to.include('"msg":"shut down","clean":true');
      for (const secret of [TOKEN, TOKEN.slice(TOKEN.indexOf(':') + 1), SECRET, PASSWORD]) {
        expect(output.includes(secret), `${name} shows ${secret}`).to.equal(false);
      }
    }
  });
});
