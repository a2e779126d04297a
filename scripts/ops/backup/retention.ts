import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listBackups, namesAt } from './manifest.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * Deletes backups older than `days`, but for the `keep` newest, and what crashes have left behind; returns the files
 * of the backups that went.
 */
export async function removeOld(
  folder: string,
  { keep, days, now }: { keep: number; days: number; now: Date },
): Promise<string[]> {
  const backups = await listBackups(folder);
  const old = backups
    .slice(0, Math.max(0, backups.length - keep))
    .filter(({ takenAt }) => now.getTime() - Date.parse(takenAt) > days * DAY_MS);
  for (const { takenAt, file } of old) {
    // Without its manifest a backup counts no more.
    await rm(join(folder, namesAt(new Date(takenAt)).manifest));
    await rm(join(folder, file), { force: true });
  }
  await removeRemains(folder, now);
  return old.map(({ file }) => file);
}

/** Files that were never finished, once nobody can be at work on them any more. */
async function removeRemains(folder: string, now: Date): Promise<void> {
  const whole = new Set((await listBackups(folder)).map(({ file }) => file));
  for (const name of await readdir(folder)) {
    if (whole.has(name) || !/^rung-\d{8}T\d{6}Z\.(dump\.age|dump\.age\.partial|json\.partial)$/.test(name))
      continue;
    const { mtimeMs } = await stat(join(folder, name));
    if (now.getTime() - mtimeMs > DAY_MS) await rm(join(folder, name), { force: true });
  }
}
