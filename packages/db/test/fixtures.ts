import { defaultPolicy, type Position } from '@rung/domain';
import { createDatabase } from '../../../tests/harness/database.ts';
import {
  connectDatabase,
  type Database,
  findShownQuestion,
  type GradedAnswer,
  gradeDaily,
  lockLearner,
  migrate,
  standingOf,
} from '../src/index.ts';

/** A migrated database of its own, with a connection. */
export async function openDatabase(
  poolSize = 8,
): Promise<{ db: Database; url: string; close(): Promise<void> }> {
  const test = await createDatabase();
  await migrate({ url: test.url });
  const db = await connectDatabase({ url: test.url, poolSize });
  return {
    db,
    url: test.url,
    close: async () => {
      await db.close();
      await test.drop();
    },
  };
}

/** Adds learners `from` to `from + count - 1` with the same settings. */
export async function addLearners(
  db: Database,
  learners: {
    from?: number;
    count?: number;
    timezone?: string;
    deliveryTime?: string;
    nextDeliveryAt?: string;
    level?: number;
  },
): Promise<void> {
  const { from = 1, count = 1, timezone = 'UTC', deliveryTime = '10:00', level = 2 } = learners;
  await db.sql(
    `INSERT INTO users (user_id, bot_id, timezone, delivery_time, next_delivery_at, level)
     SELECT n, 1, $3, $4, $5, $6 FROM generate_series($1::int, $2::int) n`,
    [
      from,
      from + count - 1,
      timezone,
      deliveryTime,
      learners.nextDeliveryAt ?? '2026-03-10T10:00:00Z',
      level,
    ],
  );
}

/** Adds `count` active questions to a cell; their ids are `<prefix>-<n>`. */
export async function addQuestions(
  db: Pick<Database, 'sql'>,
  cell: { level: number; topic: string; count: number; prefix?: string },
): Promise<void> {
  const prefix = cell.prefix ?? `${cell.topic}-${cell.level}`;
  await db.sql(
    `INSERT INTO questions (id, question_text, options, correct_index, explanation, level, topic, difficulty_index,
       content_hash)
     SELECT $3 || '-' || n, 'Question ' || n, '["a","b","c","d"]', n % 4, 'Because.', $1, $2, 5, md5($3 || n)
     FROM generate_series(1, $4::int) n`,
    [cell.level, cell.topic, prefix, cell.count],
  );
}

/** Adds a daily delivery with its question chosen and sent; returns its id. */
export async function addSentDaily(
  db: Pick<Database, 'sql'>,
  delivery: { userId: number; questionId: string; localDate: string; sentAt?: string; expiresAt?: string },
): Promise<string> {
  const sentAt = delivery.sentAt ?? `${delivery.localDate}T10:00:00Z`;
  const [row] = await db.sql<{ id: string }>(
    `INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at, state,
       option_order, level, sent_at, telegram_message_id, latest)
     SELECT $1, id, version, 'daily', $3, $4, $5, 'sent', '{0,1,2,3}', level, $3, 7, true FROM questions WHERE id = $2
     RETURNING id`,
    [
      delivery.userId,
      delivery.questionId,
      sentAt,
      delivery.localDate,
      delivery.expiresAt ?? `${delivery.localDate}T23:59:00Z`,
    ],
  );
  if (row === undefined) throw new Error(`no question ${delivery.questionId}`);
  return row.id;
}

/** Has the learner of a delivery tap the option shown at `position`, an hour after ten on its date. */
export function tap(db: Database, deliveryId: string, position: Position): Promise<GradedAnswer> {
  return db.transaction(async (tx) => {
    const shown = await findShownQuestion(tx, deliveryId);
    const learner = shown === null ? null : await lockLearner(tx, shown.userId);
    if (learner === null || shown === null) throw new Error(`no delivery ${deliveryId}`);
    const receivedAt = new Date(`${shown.localDate}T11:00:00Z`);
    return gradeDaily(
      tx,
      learner,
      standingOf(learner),
      shown,
      { position, receivedAt, messageId: 7 },
      defaultPolicy,
    );
  });
}
