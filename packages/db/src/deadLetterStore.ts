import { IsNull } from 'typeorm';
import type { Database } from './database.ts';
import { type DeadLetterRow, deadLetterEntity } from './entities/deadLetter.ts';

/** A job that has failed for good, as the consumer saw it. */
export interface NewDeadLetter extends Omit<DeadLetterRow, 'id' | 'redrivenAt' | 'job' | 'payload'> {
  readonly name: string;
  readonly payload: unknown;
}

export interface DeadLetterStore {
  /**
   * Writes the letter and marks the row that the job was about as `dead` or `failed`, so that the reconciler
   * leaves it alone. Safe to repeat: a job has one open letter.
   */
  bury(letter: NewDeadLetter): Promise<void>;
  /** Letters that nobody has redriven, oldest first. */
  list(limit: number): Promise<DeadLetterRow[]>;
  /**
   * Takes a letter back: its row is made live again and the letter is closed. Null when it is not open any more,
   * so that redriving twice does it once.
   */
  redrive(id: string): Promise<DeadLetterRow | null>;
}

export function makeDeadLetterStore(database: Database): DeadLetterStore {
  const db = database.scoped('dead_letters');
  const letters = db.manager.getRepository(deadLetterEntity);
  return {
    bury: (letter) =>
      db.transaction(async ({ sql }) => {
        await sql(
          `INSERT INTO dead_letters (queue, job, job_id, payload, error, attempts, failed_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (job_id) WHERE redriven_at IS NULL DO NOTHING`,
          [
            letter.queue,
            letter.name,
            letter.jobId,
            JSON.stringify(letter.payload ?? null),
            // Errors may quote what learners wrote, and text cannot hold it.
            letter.error.replaceAll('\u0000', ''),
            letter.attempts,
            letter.failedAt,
          ],
        );
        const { updateSeq, deliveryId } = idsOf(letter.payload);
        if (isId(updateSeq)) {
          await sql(
            `UPDATE telegram_updates SET status = 'dead' WHERE seq = $1 AND status IN ('received', 'applied')`,
            [updateSeq],
          );
        }
        if (isId(deliveryId) && letter.name === 'delivery.send') {
          await sql(`UPDATE user_questions SET state = 'failed' WHERE id = $1 AND state = 'pending'`, [
            deliveryId,
          ]);
        }
      }),

    list: (limit) => letters.find({ where: { redrivenAt: IsNull() }, order: { id: 'ASC' }, take: limit }),

    redrive: (id) =>
      db.transaction(async ({ sql }) => {
        const [letter] = await sql<DeadLetterRow>(
          `UPDATE dead_letters SET redriven_at = clock_timestamp() WHERE id = $1 AND redriven_at IS NULL
           RETURNING id, queue, job, job_id AS "jobId", payload, error, attempts, failed_at AS "failedAt",
             redriven_at AS "redrivenAt"`,
          [id],
        );
        if (letter === undefined) return null;
        const { updateSeq, deliveryId } = idsOf(letter.payload);
        if (isId(updateSeq)) {
          await sql(
            `UPDATE telegram_updates SET status = CASE WHEN applied_at IS NULL THEN 'received' ELSE 'applied' END
             WHERE seq = $1 AND status = 'dead'`,
            [updateSeq],
          );
        }
        if (isId(deliveryId) && letter.job === 'delivery.send') {
          await sql(`UPDATE user_questions SET state = 'pending' WHERE id = $1 AND state = 'failed'`, [
            deliveryId,
          ]);
        }
        return letter;
      }),
  };
}

function idsOf(payload: unknown): { updateSeq?: unknown; deliveryId?: unknown } {
  return typeof payload === 'object' && payload !== null ? payload : {};
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,19}$/.test(value);
}
