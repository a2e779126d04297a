import {
  type CalibratedDifficulty,
  difficultyIndexOf,
  type FirstAnswer,
  type Level,
  type Policy,
} from '@rung/domain';
import type { Database } from './database.ts';

/** What the nightly refit rests on. */
export interface CalibrationInput {
  /** Every learner's first answer ever to each question, whatever became of the question since. */
  readonly answers: readonly FirstAnswer[];
  /** The level of each question that was answered. */
  readonly levels: ReadonlyMap<string, Level>;
}

export interface CalibrationStore {
  read(): Promise<CalibrationInput>;
  /**
   * Gives each question with at least `minimumAnswers` answers its fitted difficulty, and the index that follows from
   * it, in one transaction; returns how many questions changed. Versions, random keys and cells stay as they are.
   */
  save(
    fitted: ReadonlyMap<string, CalibratedDifficulty>,
    policy: Pick<Policy, 'minimumAnswers'>,
  ): Promise<number>;
}

/** `pageSize`: how many answers are fetched at a time. */
export function makeCalibrationStore(database: Database, pageSize = 20_000): CalibrationStore {
  const db = database.scoped('calibration');
  return {
    async read() {
      const answers: FirstAnswer[] = [];
      // One string for each learner and question, however many answers name them.
      const ids = new Map<string, string>();
      const once = (id: string): string => {
        const known = ids.get(id);
        if (known === undefined) ids.set(id, id);
        return known ?? id;
      };
      for (let after = '0', more = true; more; ) {
        const page = await db.sql<FirstAnswer & { id: string }>(
          `SELECT id, user_id AS "userId", question_id AS "questionId", is_correct AS correct FROM user_answers
           WHERE id > $1 AND predicted IS NOT NULL ORDER BY id LIMIT $2`,
          [after, pageSize],
        );
        for (const { userId, questionId, correct } of page)
          answers.push({ userId: once(userId), questionId: once(questionId), correct });
        more = page.length === pageSize;
        after = page.at(-1)?.id ?? after;
      }
      const levels = await db.sql<{ id: string; level: Level }>('SELECT id, level FROM questions');
      return { answers, levels: new Map(levels.map(({ id, level }) => [id, level])) };
    },

    save: (fitted, policy) =>
      db.transaction(async ({ sql }) => {
        const rows = [...fitted]
          .filter(([, { answers }]) => answers >= policy.minimumAnswers)
          .map(([id, { difficulty }]) => ({ id, difficulty, index: difficultyIndexOf(difficulty) }));
        // Whoever else writes many questions at once takes this lock first, so that no two wait for each other.
        await sql(`SELECT pg_advisory_xact_lock(hashtext('rung.bank'))`);
        const changed = await sql(
          `UPDATE questions q SET difficulty = f.difficulty, difficulty_index = f.index
           FROM json_to_recordset($1) AS f (id text, difficulty real, index smallint)
           WHERE q.id = f.id
             AND (q.difficulty, q.difficulty_index) IS DISTINCT FROM (f.difficulty, f.index) RETURNING q.id`,
          [JSON.stringify(rows)],
        );
        return changed.length;
      }),
  };
}
