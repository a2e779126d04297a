import { connectDatabase, type Database, recordBackupRun } from '@rung/db';
import { makeRegistry, type ServiceRegistry } from '@rung/platform';
import { expect } from 'chai';
import { addLearners, addQuestions } from '../../../packages/db/test/fixtures.ts';
import { startProxy, type TcpProxy } from '../../gateway/test/tcpProxy.ts';
import { showDatabaseGauges } from '../src/gauges.ts';
import { openSchedulerDatabase, type SchedulerDatabase } from './schedulerDatabase.ts';

/** What alerts rest on. */
const PROMPT = [
  'rung_inbox_oldest_age_seconds',
  'rung_fanout_overdue_users',
  'rung_dead_letters',
  'rung_backup_last_success_timestamp_seconds',
  'rung_restore_drill_last_success_timestamp_seconds',
  'rung_db_connections',
];
/** Read every minute or every ten. */
const POPULATION = [
  'rung_learners_by_level',
  'rung_learners',
  'rung_unseen_questions',
  'rung_daily_deliveries',
];
const GAUGES = [...PROMPT, ...POPULATION];

describe('gauges that are read from the database', () => {
  let scheduler: SchedulerDatabase;
  let proxy: TcpProxy;
  let db: Database;
  let registry: ServiceRegistry;
  let now: Date;
  before(async () => {
    scheduler = await openSchedulerDatabase();
    await addLearners(scheduler.db, { count: 3 });
    await addQuestions(scheduler.db, { level: 2, topic: 'streaming', count: 5 });
    for (const kind of ['backup', 'drill'] as const)
      await recordBackupRun(scheduler.db, { kind, file: 'f', startedAt: new Date(0), bytes: 1, rowCount: 1 });
  });
  after(() => scheduler?.close());
  beforeEach(async () => {
    const target = new URL(scheduler.url);
    proxy = await startProxy({ host: target.hostname, port: Number(target.port) });
    const through = new URL(scheduler.url);
    through.host = `127.0.0.1:${proxy.port}`;
    db = await connectDatabase({ url: through.href, poolSize: 2, statementTimeoutMs: 10_000 });
    registry = makeRegistry('scheduler', '1.0.0');
    now = new Date('2026-03-10T10:05:00Z');
    showDatabaseGauges({ registry, db, clock: () => now, messagesPerSecond: 25 });
  });
  afterEach(async () => {
    await proxy?.close();
    await db?.close();
  });

  const shown = async () => {
    const metrics = await registry.metrics();
    return GAUGES.filter((name) => new RegExp(`^${name}[ {]`, 'm').test(metrics));
  };

  it('show what the database says at a scrape', async () => {
    const metrics = await registry.metrics();
    expect(await shown()).to.deep.equal(GAUGES);
    expect(metrics).to.include('rung_fanout_overdue_users 3\n');
    expect(metrics).to.include('rung_learners_by_level{level="2"} 3\n');
    expect(metrics).to.include('rung_unseen_questions{level="2"} 5\n');
    expect(metrics).to.include('rung_daily_deliveries{result="late"} 0\n');
  });

  it('are absent while the database refuses, and there again afterwards', async () => {
    expect(await shown()).to.deep.equal(GAUGES);
    await proxy.refuse();
    now = new Date(now.getTime() + 5000);
    expect(await shown()).to.deep.equal(POPULATION);
    now = new Date(now.getTime() + 601_000);
    expect(await shown()).to.deep.equal([]);
    await proxy.pass();
    now = new Date(now.getTime() + 5000);
    expect(await shown()).to.deep.equal(GAUGES);
  });

  it('hold no scrape up for longer than Prometheus waits while the database is silent', async () => {
    proxy.swallow();
    const started = performance.now();
    expect(await shown()).to.deep.equal([]);
    expect(performance.now() - started).to.be.below(6000);
  });
});
