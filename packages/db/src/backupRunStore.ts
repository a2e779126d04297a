import type { Database } from './database.ts';

/** A backup that is complete, or one that was restored as a drill with equal rows. */
export interface BackupRun {
  readonly kind: 'backup' | 'drill';
  /** Name of the backup's file, without its folder. */
  readonly file: string;
  readonly startedAt: Date;
  /** Of the file. */
  readonly bytes: number;
  /** Of all tables. */
  readonly rowCount: number;
}

/** Records a success, which ends now: gauges show the latest of each kind. */
export async function recordBackupRun(db: Pick<Database, 'sql'>, run: BackupRun): Promise<void> {
  await db.sql(
    `INSERT INTO backup_runs (kind, file, started_at, succeeded_at, bytes, row_count)
     VALUES ($1, $2, least($3, clock_timestamp()), clock_timestamp(), $4, $5)`,
    [run.kind, run.file, run.startedAt, run.bytes, run.rowCount],
  );
}
