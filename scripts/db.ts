import { revert } from '@rung/db';
import { parseEnvironment, postgresUrl, queueUrl, runService } from '@rung/platform';
import { z } from 'zod';
import { loadBankInto, migrateAll } from './stack/prepare.ts';

const environment = z.object({
  DATABASE_URL: postgresUrl,
  MIGRATION_DATABASE_URL: postgresUrl.optional(),
  QUEUE_URL: queueUrl.optional(),
});

/** `npm run db:migrate`, `db:revert` and `db:load-bank`; several are done in the order in which they are named. */
await runService(async () => {
  const env = parseEnvironment(environment, process.env);
  const [first, ...others] = process.argv.slice(2);
  for (const command of [first, ...others]) await run(command, env);
});

async function run(command: string | undefined, env: z.output<typeof environment>): Promise<void> {
  const migrationUrl = env.MIGRATION_DATABASE_URL ?? env.DATABASE_URL;
  switch (command) {
    case 'migrate': {
      const applied = await migrateAll({
        databaseUrl: env.DATABASE_URL,
        migrationDatabaseUrl: migrationUrl,
        queueUrl: env.QUEUE_URL,
      });
      for (const name of applied) console.log(`applied ${name}`);
      console.log(applied.length === 0 ? 'nothing to apply' : `${applied.length} applied`);
      return;
    }
    case 'revert': {
      const left = await revert({ url: migrationUrl });
      console.log(left.length === 0 ? 'nothing is left' : `${left.length} left, the newest is ${left[0]}`);
      return;
    }
    case 'load-bank': {
      const report = await loadBankInto(env.DATABASE_URL);
      const { added, updated, unchanged, retired, kept } = report;
      console.log(
        `${added.length} added, ${updated.length} updated, ${unchanged.length} unchanged, ${retired.length} retired`,
      );
      for (const id of kept)
        console.log(`${id} was fixed in review and is left as it is: bring the fix into its file`);
      return;
    }
    default:
      throw new Error('usage: db.mjs migrate | revert | load-bank …');
  }
}
