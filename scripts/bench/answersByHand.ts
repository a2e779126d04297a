// The baseline of `answers`: a loop by hand over pg with the statements that one answer needs and the same two calls of
// the Bot API. No queue, no retries, no rules: it grades by table and writes what a correct or wrong answer would.
import { createServer } from 'node:http';
import { makeTelegramClient } from '@rung/telegram';
import pg from 'pg';

const { DATABASE_URL, TELEGRAM_BOT_TOKEN = '', TELEGRAM_API_ROOT = '', WORKER_CONCURRENCY } = process.env;
const concurrency = Number(WORKER_CONCURRENCY);
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: concurrency });
const telegram = makeTelegramClient({ token: TELEGRAM_BOT_TOKEN, apiRoot: TELEGRAM_API_ROOT });

async function answer(seq: string): Promise<void> {
  const client = await pool.connect();
  let tap: { userId: string; callbackId: string; messageId: number; deliveryId: string; position: number };
  try {
    const run = (name: string, text: string, values: unknown[]) => client.query({ name, text, values });
    await client.query('BEGIN');
    const update = (await run('update', 'SELECT * FROM telegram_updates WHERE seq = $1', [seq])).rows[0];
    const { id, data, message } = update.payload.callback_query;
    const [, deliveryId, position] = data.split(':');
    tap = {
      userId: update.user_id,
      callbackId: id,
      messageId: message.message_id,
      deliveryId,
      position: Number(position),
    };
    const learner = (await run('lock', 'SELECT * FROM users WHERE user_id = $1 FOR UPDATE', [tap.userId]))
      .rows[0];
    await run(
      'next',
      `SELECT * FROM telegram_updates WHERE user_id = $1 AND status = 'received' AND seq <= $2
       ORDER BY seq LIMIT 1 FOR UPDATE`,
      [tap.userId, seq],
    );
    await run(
      'expire',
      `UPDATE user_questions SET state = 'expired', expired_at = expires_at
       WHERE user_id = $1 AND kind = 'daily' AND state IN ('pending', 'sent') AND expires_at <= $2 RETURNING id`,
      [tap.userId, update.received_at],
    );
    const shown = (
      await run(
        'shown',
        `SELECT d.*, v.* FROM user_questions d
         JOIN question_versions v ON v.question_id = d.question_id AND v.version = d.question_version WHERE d.id = $1`,
        [deliveryId],
      )
    ).rows[0];
    const selected = shown.option_order[tap.position];
    const correct = selected === shown.correct_index;
    const streak = correct ? learner.streak + 1 : 0;
    const level = correct ? learner.level : Math.max(1, learner.level - 1);
    const at = update.received_at;
    await run(
      'write',
      `WITH answer AS (
         INSERT INTO user_answers (user_id, question_id, user_question_id, selected_option, is_correct, time_taken_ms,
           level, streak_before, streak_after, answered_at) VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9)
       ), delivery AS (
         UPDATE user_questions SET state = 'answered', answered_at = $9 WHERE id = $3
       ), performance AS (
         INSERT INTO topic_performance (user_id, topic, answered, correct) VALUES ($1, $10, 1, $11)
         ON CONFLICT (user_id, topic) DO UPDATE
         SET answered = topic_performance.answered + 1, correct = topic_performance.correct + excluded.correct
       ), event AS (
         INSERT INTO outbox_events (type, user_id, payload, created_at)
         VALUES ('question.answered', $1, jsonb_build_object('deliveryId', $3::text), $9)
       )
       UPDATE users SET level = $12, streak = $8, best_streak = greatest(best_streak, $8),
         total_questions_answered = total_questions_answered + 1, total_correct_answers = total_correct_answers + $11
       WHERE user_id = $1`,
      [
        tap.userId,
        shown.question_id,
        deliveryId,
        selected,
        correct,
        shown.level,
        learner.streak,
        streak,
        at,
        shown.topic,
        correct ? 1 : 0,
        level,
      ],
    );
    await run(
      'history',
      `INSERT INTO streak_history (user_id, user_question_id, local_date, change, reason, streak_before, streak_after,
         level_before, level_after, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        tap.userId,
        deliveryId,
        shown.local_date,
        correct ? 'increment' : 'reset',
        correct ? 'correct_answer' : 'incorrect_answer',
        learner.streak,
        streak,
        learner.level,
        level,
        at,
      ],
    );
    await run('pool', 'SELECT * FROM wrong_answers WHERE user_id = $1 AND question_id = $2', [
      tap.userId,
      shown.question_id,
    ]);
    if (!correct) {
      await run(
        'miss',
        'INSERT INTO wrong_answers (user_id, question_id, missed_at, remaining_tries) VALUES ($1, $2, $3, 2)',
        [tap.userId, shown.question_id, at],
      );
    }
    await run(
      'applied',
      `UPDATE telegram_updates SET status = 'applied', applied_at = now(), outcome = $2 WHERE seq = $1`,
      [
        seq,
        JSON.stringify({
          kind: 'graded',
          text: 'feedback',
          options: shown.options,
          explanation: shown.explanation,
        }),
      ],
    );
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  const text =
    'The question again, its four options, the explanation, the streak, the level and the accuracy.';
  await telegram.editMessage(tap.userId, tap.messageId, { text, keyboard: [] });
  await telegram.answerCallback(tap.callbackId, 'Correct!');
  await pool.query({
    name: 'delivered',
    text: `UPDATE user_questions SET state = 'feedback_delivered', feedback_delivered_at = now()
           WHERE id = $1 AND state = 'answered'`,
    values: [tap.deliveryId],
  });
  await pool.query({
    name: 'done',
    text: `UPDATE telegram_updates SET status = 'done', done_at = now() WHERE seq = $1 AND status = 'applied'`,
    values: [seq],
  });
}

/** `GET /readyz` says that it runs; `POST /` with seqs does them and says how long that took. */
createServer(async (request, response) => {
  if (request.method !== 'POST') {
    response.end();
    return;
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const seqs: string[] = JSON.parse(body).seqs;
  const started = performance.now();
  const lane = async (): Promise<void> => {
    for (let seq = seqs.pop(); seq !== undefined; seq = seqs.pop()) await answer(seq);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  response.end(JSON.stringify({ seconds: (performance.now() - started) / 1000 }));
}).listen(Number(process.env.OPS_PORT), '127.0.0.1');
