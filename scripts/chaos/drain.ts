import { until } from '../stack/until.ts';
import type { Site } from './site.ts';

/** Waits until every stored update is done (or dead), and returns the seconds that this took. Survives a database that is away. */
export async function drain(site: Site, withinMs: number): Promise<number> {
  return seconds(() =>
    until('every stored update done', withinMs, async () => {
      const left = await countOpen(site);
      return left === 0;
    }),
  );
}

/** Updates that are stored and not done; undefined when the database does not answer. */
export async function countOpen(site: Site): Promise<number | undefined> {
  try {
    const [row] = await site.sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM telegram_updates WHERE status IN ('received', 'applied')`,
    );
    return row?.count;
  } catch {
    return undefined;
  }
}

/** Updates that are done. */
export async function countDone(site: Site): Promise<number> {
  const [row] = await site.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM telegram_updates WHERE status = 'done'`,
  );
  return row?.count ?? 0;
}

/** How long `work` takes, in seconds with one decimal. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round((performance.now() - started) / 100) / 10;
}
