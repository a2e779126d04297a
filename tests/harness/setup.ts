import { startPostgres } from '../../scripts/stack/postgres.ts';

/** Starts one PostgreSQL for the whole run when `TEST_DATABASE_URL` names none, and stops it afterwards. */
export async function mochaGlobalSetup(this: { stop?: () => Promise<void> }): Promise<void> {
  if (process.env.TEST_DATABASE_URL !== undefined) return;
  const postgres = await startPostgres({ durable: false });
  process.env.TEST_DATABASE_URL = postgres.url;
  this.stop = postgres.stop;
}

export async function mochaGlobalTeardown(this: { stop?: () => Promise<void> }): Promise<void> {
  await this.stop?.();
}
