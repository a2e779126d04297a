import type { DeliveryKind, DeliveryState, Level, LocalDate, OptionOrder, Topic } from '@rung/domain';
import type { Database } from './database.ts';

/** A delivery's question and what led to it. */
export interface StoredChoice {
  readonly deliveryId: string;
  readonly userId: string;
  readonly kind: DeliveryKind;
  readonly state: DeliveryState;
  readonly localDate: LocalDate;
  /** Null, like all that follows, until a question has been chosen. */
  readonly questionId: string | null;
  readonly version: number | null;
  readonly level: Level | null;
  readonly topic: Topic | null;
  readonly text: string | null;
  readonly order: OptionOrder | null;
  /** The step of the order of supply. */
  readonly supply: string | null;
  /** As it was stored; releases before may have stored less. */
  readonly selection: unknown;
}

/** Reads why a delivery has its question; null when there is no such delivery. */
export async function readChoice(
  db: Pick<Database, 'sql'>,
  deliveryId: string,
): Promise<StoredChoice | null> {
  const [row] = await db.sql<StoredChoice>(
    `SELECT d.id AS "deliveryId", d.user_id AS "userId", d.kind, d.state, d.local_date AS "localDate",
       d.question_id AS "questionId", d.question_version AS version, d.level, v.topic, v.question_text AS text,
       d.option_order AS "order", d.supply, d.selection
     FROM user_questions d
     LEFT JOIN question_versions v ON v.question_id = d.question_id AND v.version = d.question_version
     WHERE d.id = $1`,
    [deliveryId],
  );
  return row ?? null;
}
