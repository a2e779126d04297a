import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, countViolations, makeBackupKey, openSnapshot, type TableDigest } from '@rung/db';
import { compare } from '../../ops/backup/restoreInto.ts';
import { tools } from '../../ops/tools.ts';
import { until } from '../../stack/until.ts';
import { countDone, drain, seconds } from '../drain.ts';
import type { FaultCase, Finding } from '../faultCase.ts';
import { post } from '../load.ts';
import { seedAudience, tapOn } from '../questions.ts';
import { openArchive, type WalArchive } from '../recovery.ts';
import { sandboxClient } from '../sandbox.ts';
import { type Site, withSite } from '../site.ts';

const QUESTIONS = 4;

/** The database is lost; what is left is a base backup with its log, and a backup of `ops backup`. */
export const backups: FaultCase = {
  name: 'backups',
  about:
    'backups under load, more writes, then a new cluster at a point in time: row hashes equal, erased stay erased',
  queues: ['postgres'],
  async run(conditions) {
    const archive = await openArchive();
    const folder = join(tmpdir(), `rung-chaos-backups-${process.pid}`);
    try {
      const { programs, settings } = archive;
      return await withSite(conditions, { postgres: { programs, settings } }, async (site) => {
        const operator = await makeOperator(site, programs, folder);
        const lost = await loseAfterBackups(site, archive, operator, conditions.quick ? 60 : 500);
        conditions.say(`lost after ${lost.at}`);
        return recover(archive, operator, lost);
      });
    } finally {
      await archive.remove();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

type Operator = (words: string, args?: string[], env?: NodeJS.ProcessEnv) => Promise<string>;

/** Who runs commands of the operator, and gets what they print. */
async function makeOperator(site: Site, programs: string, folder: string): Promise<Operator> {
  const { identity, recipient } = await makeBackupKey();
  return async (words, args = [], env = {}) => {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const own = {
      DATABASE_URL: site.stack.ownerUrl,
      BACKUP_DIR: folder,
      BACKUP_RECIPIENTS: recipient,
      BACKUP_IDENTITY: identity,
      ERASURE_SALT: 'a salt for this run, long enough for it',
      PG_BIN: programs,
    };
    await tools[words]?.({ env: { ...own, ...env }, print }, args);
    return lines.join('\n');
  };
}

/** What was there at an instant, and what became of it afterwards. */
interface Lost {
  readonly at: string;
  readonly tables: readonly TableDigest[];
  /** Answers when all was answered. */
  readonly answersLater: number;
  /** Of `ops backup`. */
  readonly file: string;
  readonly backupSeconds: number;
}

/** Answers come in all the time; in the middle of them a base backup, a dump, and the instant to come back to. */
async function loseAfterBackups(
  site: Site,
  archive: WalArchive,
  operator: Operator,
  learners: number,
): Promise<Lost> {
  const audience = await seedAudience(site, learners, QUESTIONS);
  const taps = audience.asked.map((asked, n) => tapOn(asked, n));
  const updates = await sandboxClient(site.stack.sandboxUrl).makeUpdates(taps);
  const answers = Math.floor(updates.length * 0.7);
  const [first, rest] = [updates.slice(0, answers), updates.slice(answers)];
  const posting = post(site.stack.webhookUrl, first, { perSecond: answers / 8, retryForMs: 60_000 });
  await until('answers under way', 60_000, async () => (await countDone(site)) >= updates.length / 20);
  let file = '';
  const backupSeconds = await seconds(async () => {
    await archive.baseBackup(site.stack.ownerUrl);
    file = /Writing (\S+)/.exec(await operator('backup'))?.[1] ?? '';
  });
  const { at, tables } = await rememberInstant(site);
  await posting;
  await post(site.stack.webhookUrl, rest, { retryForMs: 60_000 });
  await drain(site, 60_000);
  const later = await openSnapshot(site.stack.ownerUrl);
  const answersLater = answersOf(await later.digest().finally(() => later.close()));
  await operator('user delete', [String(audience.learners[0]), '--yes']);
  await archiveAll(site);
  await site.postgres.stop('immediate');
  return { at, tables, answersLater, file, backupSeconds };
}

/** What every table holds at an instant between two transactions, and that instant as PostgreSQL writes it. */
async function rememberInstant(site: Site): Promise<Pick<Lost, 'at' | 'tables'>> {
  const gate = await site.session();
  // Nobody who writes is under way while this is held.
  const names = await site.sql<{ name: string }>(
    `SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  const all = names.map(({ name }) => name).join(', ');
  // Whoever holds one of them may wait for another of ours: then this one steps back, before PostgreSQL ends either.
  await gate.query(`SET lock_timeout = '300ms'`);
  await until('nobody writing', 60_000, () =>
    gate.query(`BEGIN; LOCK TABLE ${all} IN EXCLUSIVE MODE`).then(
      () => true,
      () => gate.query('ROLLBACK').then(() => false),
    ),
  );
  const { rows } = await gate.query<{ at: string }>('SELECT clock_timestamp()::text AS at');
  const snapshot = await openSnapshot(site.stack.ownerUrl);
  await gate.query('COMMIT');
  await gate.end();
  return { at: rows[0]?.at ?? '', tables: await snapshot.digest().finally(() => snapshot.close()) };
}

/** Waits until the log up to now is in the archive: what is not there when a server is lost is lost with it. */
async function archiveAll(site: Site): Promise<void> {
  const [last] = await site.sql<{ name: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS name');
  await until('the log archived', 60_000, async () => {
    const [row] = await site.sql<{ done: boolean }>(
      'SELECT coalesce(last_archived_wal >= $1, false) AS done FROM pg_stat_archiver',
      [last?.name],
    );
    return row?.done;
  });
}

/** A new cluster as of the instant, and beside it the dump: both must be what they were. */
async function recover(archive: WalArchive, operator: Operator, lost: Lost): Promise<Finding> {
  let server: Awaited<ReturnType<WalArchive['recoverTo']>> | undefined;
  const recoveredSeconds = await seconds(async () => {
    server = await archive.recoverTo(lost.at);
  });
  if (server === undefined) throw new Error('no server');
  try {
    const at = (database: string) =>
      Object.assign(new URL(server?.url ?? ''), { pathname: `/${database}` }).href;
    const snapshot = await openSnapshot(at('rung'));
    const tables = await snapshot.digest().finally(() => snapshot.close());
    const different = compare(lost.tables, tables);

    const away = { DATABASE_URL: '' };
    const replayed = await operator('restore', ['--replay', '--into', at('rung')], away);
    const db = await connectDatabase({ url: at('rung'), poolSize: 2 });
    await db.sql('CREATE DATABASE restored');
    const violations = await countViolations(db, new Date(0)).finally(() => db.close());
    const restored = await operator('restore', [lost.file, '--into', at('restored')], away);

    const erasedAgain = [replayed, restored].filter((said) =>
      said.includes('1 learner was erased again'),
    ).length;
    const broken = Object.values(violations).reduce((sum, count) => sum + count, 0);
    const answers = answersOf(tables);
    return {
      ok: different.length === 0 && erasedAgain === 2 && broken === 0 && lost.answersLater > answers,
      lost: difference(lost.tables, tables),
      duplicated: difference(tables, lost.tables),
      different,
      tables: tables.length,
      answers,
      answersLater: lost.answersLater,
      erasedAgain,
      violations: broken,
      backupSeconds: lost.backupSeconds,
      recoveredSeconds,
    };
  } finally {
    await server.stop();
  }
}

function answersOf(tables: readonly TableDigest[]): number {
  return tables.find(({ table }) => table === 'public.user_answers')?.rows ?? 0;
}

/** Rows that `one` has more than `other`, table by table. */
function difference(one: readonly TableDigest[], other: readonly TableDigest[]): number {
  const counts = new Map(other.map(({ table, rows }) => [table, rows]));
  return one.reduce((sum, { table, rows }) => sum + Math.max(0, rows - (counts.get(table) ?? 0)), 0);
}
