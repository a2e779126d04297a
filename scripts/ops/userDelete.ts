import { createInterface } from 'node:readline/promises';
import { makeErasureStore, makePseudonyms, readLearnerRecord } from '@rung/db';
import { parseEnvironment, postgresUrl } from '@rung/platform';
import { z } from 'zod';
import { appendToLedger } from './backup/ledger.ts';
import { erasureSalt } from './erasureSalt.ts';
import { actor, readId, readOptions, UsageError } from './ops.ts';
import { Refusal, type Tool, withDatabase } from './tool.ts';

const environment = z.object({
  DATABASE_URL: postgresUrl,
  ERASURE_SALT: erasureSalt,
  BACKUP_DIR: z.string().optional(),
});

/** `ops user delete ID [--yes]`: erases a learner for good. They are told nothing. */
export async function deleteUser({ env, print }: Tool, args: string[]): Promise<void> {
  const { words, flags } = readOptions(args, [], ['yes']);
  if (words.length !== 1) throw new UsageError('user delete: name one learner by their Telegram user id');
  const userId = readId(words[0], 'user delete');
  const { DATABASE_URL, ERASURE_SALT, BACKUP_DIR } = parseEnvironment(environment, env);
  await withDatabase(DATABASE_URL, async (db) => {
    const record = await readLearnerRecord(db, userId, 1);
    if (record === null) throw new Refusal(`Nothing is known of ${userId}.`);
    if (!flags.has('yes')) await confirm(userId, record.learner?.totalAnswered ?? 0);
    const erasure = await makeErasureStore(db, makePseudonyms(ERASURE_SALT)).erase(userId, actor());
    if (erasure === null) throw new Refusal(`Nothing is known of ${userId} any more.`);
    print(`${userId} is erased. In the audit log and in the ledger of erasures they are ${erasure.hash}.`);
    if (BACKUP_DIR === undefined) return print('The next backup takes the erasure into its ledger.');
    await appendToLedger(BACKUP_DIR, [erasure]).then(
      () => print('A restore of an older backup will erase them again.'),
      (error: Error) =>
        print(`The next backup takes the erasure into its ledger; now it failed: ${error.message}`),
    );
  });
}

async function confirm(userId: string, answers: number): Promise<void> {
  if (process.stdin.isTTY !== true)
    throw new Refusal('Nobody is there to be asked: say --yes to erase without a question.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await terminal.question(
    `This erases everything of ${userId}, ${answers} answers among it, and cannot be undone.\nType the id again: `,
  );
  terminal.close();
  if (typed.trim() !== userId) throw new Refusal('That is another id. Nothing was erased.');
}
