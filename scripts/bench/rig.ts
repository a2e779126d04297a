import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ServiceProcess, startService } from '../stack/child.ts';
import { freePort } from '../stack/ports.ts';
import { type PostgresServer, startPostgres } from '../stack/postgres.ts';
import { migrateAll } from '../stack/prepare.ts';
import { type RedisServer, startRedis } from '../stack/redis.ts';
import { ensureDatabase } from '../stack/stack.ts';
import { until } from '../stack/until.ts';

export type QueueKind = 'redis' | 'postgres';

/** One line of output. `ratio` is value over baseline, both medians of the same run. */
export interface Figure {
  readonly bench: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: number;
  readonly ratio?: number;
  readonly [detail: string]: unknown;
}

/** Servers that all benches share. */
export interface Rig {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer | null;
  /** A migrated database of its own with an empty queue. */
  place(queue: QueueKind): Promise<Place>;
  close(): Promise<void>;
}

export interface Place {
  readonly databaseUrl: string;
  readonly ownerUrl: string;
  readonly queueUrl: string;
}

/** Settings of a database that keeps what it commits, on a small machine. */
const POSTGRES_SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', max_connections: '200' };

export async function openRig(): Promise<Rig> {
  const postgres = await startPostgres({ durable: true, settings: POSTGRES_SETTINGS });
  const redis = await startRedis({ appendOnly: true });
  let places = 0;
  return {
    postgres,
    redis,
    async place(queue) {
      places += 1;
      const { ownerUrl, databaseUrl } = await ensureDatabase(postgres.url, `bench_${places}`);
      const queueUrl = queue === 'redis' && redis !== null ? `${redis.url}/${places % 64}` : databaseUrl;
      await migrateAll({ databaseUrl, migrationDatabaseUrl: ownerUrl, queueUrl });
      return { databaseUrl, ownerUrl, queueUrl };
    },
    async close() {
      await redis?.stop();
      await postgres.stop();
    },
  };
}

/** Starts one of our services, or a baseline of this folder, on ports of its own. The sandbox has no ops port. */
export async function startProcess(
  entry: string,
  env: NodeJS.ProcessEnv,
  kind: 'service' | 'sandbox' = 'service',
): Promise<{ process: ServiceProcess; port: number; opsPort: number }> {
  const port = await freePort();
  const opsPort = await freePort();
  const process = await startService({
    name: entry,
    entry: fileURLToPath(new URL(`../../${entry}`, import.meta.url)),
    env: { LOG_LEVEL: 'warn', LOG_FORMAT: 'json', ...env, PORT: String(port), OPS_PORT: String(opsPort) },
    ...(kind === 'service' ? { opsPort } : {}),
  });
  if (kind === 'sandbox') await until('sandbox', 20_000, () => process.output().includes('listening'));
  return { process, port, opsPort };
}

/** The most memory that a process has held so far, in MB. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
