import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Learners, the inbox of Telegram updates and what the bot is waiting for from whom. */
export class Learners1763700000001 implements MigrationInterface {
  readonly name = 'Learners1763700000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        user_id                  bigint PRIMARY KEY,
        bot_id                   bigint NOT NULL,
        username                 text,
        language                 text NOT NULL DEFAULT 'en',
        topics                   text[] NOT NULL DEFAULT ARRAY[
          'data_modeling', 'sql_performance', 'distributed_systems', 'streaming', 'data_warehouse_lakehouse',
          'etl_vs_elt', 'orchestration', 'data_quality', 'observability'],
        level                    smallint NOT NULL DEFAULT 2 CHECK (level BETWEEN 1 AND 4),
        streak                   integer NOT NULL DEFAULT 0 CHECK (streak >= 0),
        best_streak              integer NOT NULL DEFAULT 0,
        consecutive_correct      integer NOT NULL DEFAULT 0 CHECK (consecutive_correct >= 0),
        streak_freezes           smallint NOT NULL DEFAULT 0 CHECK (streak_freezes BETWEEN 0 AND 2),
        last_correct_date        date,
        timezone                 text NOT NULL DEFAULT 'UTC' CHECK (timezone <> ''),
        delivery_time            time(0) NOT NULL DEFAULT '10:00',
        reminder_enabled         boolean NOT NULL DEFAULT true,
        opt_in_daily_quiz        boolean NOT NULL DEFAULT true,
        paused_until             timestamptz,
        blocked_at               timestamptz,
        telegram_paused_until    timestamptz,
        next_delivery_at         timestamptz NOT NULL,
        last_daily_date          date,
        last_answered_date       date,
        total_questions_answered integer NOT NULL DEFAULT 0 CHECK (total_questions_answered >= 0),
        total_correct_answers    integer NOT NULL DEFAULT 0 CHECK (total_correct_answers >= 0),
        ability                  real NOT NULL DEFAULT 0,
        created_at               timestamptz NOT NULL DEFAULT now(),
        updated_at               timestamptz NOT NULL DEFAULT now(),
        CHECK (best_streak >= streak),
        CHECK (total_correct_answers <= total_questions_answered)
      ) WITH (fillfactor = 80)`);
    await runner.query(`
      CREATE INDEX users_due ON users (next_delivery_at) WHERE opt_in_daily_quiz AND blocked_at IS NULL`);

    await runner.query(`
      CREATE TABLE telegram_updates (
        seq         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        bot_id      bigint NOT NULL,
        update_id   bigint NOT NULL,
        user_id     bigint,
        job         text,
        payload     json,
        received_at timestamptz NOT NULL,
        status      text NOT NULL DEFAULT 'received'
          CHECK (status IN ('received', 'applied', 'done', 'quarantined', 'dead')),
        reason      text,
        outcome     json,
        nudged_at   timestamptz,
        applied_at  timestamptz,
        done_at     timestamptz,
        PRIMARY KEY (bot_id, update_id),
        CHECK (status = 'quarantined' OR (user_id IS NOT NULL AND job IS NOT NULL AND payload IS NOT NULL))
      ) WITH (fillfactor = 70)`);
    await runner.query(`
      CREATE INDEX telegram_updates_mailbox ON telegram_updates (user_id, seq) WHERE status = 'received'`);
    await runner.query(`
      CREATE INDEX telegram_updates_unhandled ON telegram_updates (received_at) WHERE status IN ('received', 'applied')`);

    await runner.query(`
      CREATE TABLE conversations (
        user_id    bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        awaiting   text NOT NULL CHECK (awaiting IN ('timezone', 'delivery_time')),
        expires_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE conversations, telegram_updates, users');
  }
}
