import { connectDatabase, grantToServices, makeBankStore, migrate } from '@rung/db';
import { migrateQueues } from '@rung/jobs';
import { type LoadReport, loadBank, readBank } from '@rung/questions';

/** Where to migrate, and for whom. */
export interface Prepare {
  /** What the services log in with. */
  readonly databaseUrl: string;
  /** The role that may do DDL; the same when not given. */
  readonly migrationDatabaseUrl?: string | undefined;
  /** Where BullMQ keeps its jobs; its schema is migrated too when that is PostgreSQL. */
  readonly queueUrl?: string | undefined;
}

/** Applies the migrations of tables and queues and lets the services' role use them; returns the names of the new ones. */
export async function migrateAll(prepare: Prepare): Promise<string[]> {
  const { databaseUrl, migrationDatabaseUrl = databaseUrl, queueUrl = databaseUrl } = prepare;
  const applied = await migrate({ url: migrationDatabaseUrl });
  const schemas = ['public'];
  if (/^postgres(ql)?:/.test(queueUrl)) {
    const queueOwner = queueUrl === databaseUrl ? migrationDatabaseUrl : queueUrl;
    await migrateQueues(queueOwner);
    if (queueOwner === migrationDatabaseUrl) schemas.push('bullmq');
  }
  const role = decodeURIComponent(new URL(databaseUrl).username);
  if (role !== decodeURIComponent(new URL(migrationDatabaseUrl).username)) {
    await grantToServices({ url: migrationDatabaseUrl }, role, schemas);
  }
  return applied;
}

/** Loads the bank of the repository; loading it again changes nothing. */
export async function loadBankInto(databaseUrl: string): Promise<LoadReport> {
  const bank = await readBank();
  const db = await connectDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    return await loadBank(bank, makeBankStore(db));
  } finally {
    await db.close();
  }
}
