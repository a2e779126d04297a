import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Deliveries, answers, and what follows from them: history, performance per topic, the wrong pool, events. */
export class Deliveries1763700000003 implements MigrationInterface {
  readonly name = 'Deliveries1763700000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE user_questions (
        id                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id               bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        question_id           text,
        question_version      integer,
        kind                  text NOT NULL CHECK (kind IN ('daily', 'practice')),
        session_id            uuid,
        slot_at               timestamptz NOT NULL,
        local_date            date NOT NULL,
        expires_at            timestamptz NOT NULL,
        state                 text NOT NULL DEFAULT 'pending' CHECK (state IN (
          'pending', 'sent', 'answered', 'feedback_delivered', 'expired', 'blocked', 'failed')),
        option_order          smallint[] CHECK (coalesce(array_length(option_order, 1) = 4
          AND option_order @> ARRAY[0, 1, 2, 3]::smallint[], option_order IS NULL)),
        telegram_message_id   bigint,
        unconfirmed_sends     smallint NOT NULL DEFAULT 0,
        level                 smallint CHECK (level BETWEEN 1 AND 4),
        supply                text,
        selection             jsonb,
        latest                boolean NOT NULL DEFAULT false,
        created_at            timestamptz NOT NULL DEFAULT now(),
        nudged_at             timestamptz,
        sent_at               timestamptz,
        answered_at           timestamptz,
        expired_at            timestamptz,
        feedback_delivered_at timestamptz,
        FOREIGN KEY (question_id, question_version) REFERENCES question_versions,
        CHECK ((question_id IS NULL) = (question_version IS NULL) AND (question_id IS NULL) = (option_order IS NULL)
          AND (question_id IS NULL) = (level IS NULL)),
        CHECK (question_id IS NOT NULL OR state IN ('pending', 'expired', 'blocked', 'failed')),
        CHECK (question_id IS NOT NULL OR NOT latest),
        CHECK (state NOT IN ('sent', 'answered', 'feedback_delivered') OR sent_at IS NOT NULL),
        CHECK ((state IN ('answered', 'feedback_delivered')) = (answered_at IS NOT NULL))
      ) WITH (fillfactor = 80)`);
    await runner.query(`
      CREATE UNIQUE INDEX user_questions_one_daily ON user_questions (user_id, local_date) WHERE kind = 'daily'`);
    // A question counts as seen through its latest showing; one row per learner and question keeps "seen" and
    // "seen longest ago" a single probe each, however often questions come back.
    await runner.query(`
      CREATE UNIQUE INDEX user_questions_seen ON user_questions (user_id, question_id) WHERE latest`);
    await runner.query(`
      CREATE INDEX user_questions_seen_longest_ago ON user_questions (user_id, slot_at) WHERE latest`);
    await runner.query(`
      CREATE INDEX user_questions_pending ON user_questions (slot_at) WHERE state = 'pending'`);
    await runner.query(`
      CREATE INDEX user_questions_open ON user_questions (expires_at) WHERE state IN ('pending', 'sent')`);
    await runner.query(`
      CREATE INDEX user_questions_open_daily ON user_questions (user_id, expires_at)
      WHERE kind = 'daily' AND state IN ('pending', 'sent')`);
    await runner.query(`
      CREATE INDEX user_questions_expiry_untold ON user_questions (expired_at)
      WHERE state = 'expired' AND telegram_message_id IS NOT NULL AND feedback_delivered_at IS NULL`);
    await runner.query(`CREATE INDEX user_questions_run ON user_questions (slot_at) WHERE kind = 'daily'`);
    await runner.query(
      `CREATE INDEX user_questions_question ON user_questions (question_id, question_version)`,
    );

    await runner.query(`
      CREATE TABLE user_answers (
        id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id          bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        question_id      text NOT NULL,
        user_question_id bigint NOT NULL REFERENCES user_questions ON DELETE CASCADE,
        session_id       uuid,
        attempt_no       smallint NOT NULL DEFAULT 1 CHECK (attempt_no >= 1),
        selected_option  smallint NOT NULL CHECK (selected_option BETWEEN 0 AND 3),
        is_correct       boolean NOT NULL,
        time_taken_ms    bigint CHECK (time_taken_ms >= 0),
        level            smallint NOT NULL CHECK (level BETWEEN 1 AND 4),
        streak_before    integer NOT NULL CHECK (streak_before >= 0),
        streak_after     integer NOT NULL CHECK (streak_after >= 0),
        answered_at      timestamptz NOT NULL,
        UNIQUE (user_question_id, attempt_no)
      )`);
    await runner.query(`CREATE INDEX user_answers_learner ON user_answers (user_id, answered_at)`);

    await runner.query(`
      CREATE TABLE streak_history (
        id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id          bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        user_question_id bigint NOT NULL REFERENCES user_questions ON DELETE CASCADE,
        local_date       date NOT NULL,
        change           text NOT NULL CHECK (change IN ('increment', 'reset', 'maintain', 'freeze')),
        reason           text NOT NULL CHECK (reason IN (
          'correct_answer', 'incorrect_answer', 'day_missed', 'freeze_used', 'paused')),
        streak_before    integer NOT NULL CHECK (streak_before >= 0),
        streak_after     integer NOT NULL CHECK (streak_after >= 0),
        level_before     smallint NOT NULL,
        level_after      smallint NOT NULL CHECK (abs(level_after - level_before) <= 3),
        created_at       timestamptz NOT NULL,
        UNIQUE (user_question_id)
      )`);
    await runner.query(`CREATE INDEX streak_history_learner ON streak_history (user_id, id)`);

    await runner.query(`
      CREATE TABLE topic_performance (
        user_id  bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        topic    text NOT NULL,
        answered integer NOT NULL DEFAULT 0 CHECK (answered >= 0),
        correct  integer NOT NULL DEFAULT 0 CHECK (correct >= 0 AND correct <= answered),
        PRIMARY KEY (user_id, topic)
      ) WITH (fillfactor = 80)`);
    await runner.query(`
      CREATE TABLE wrong_answers (
        user_id         bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        question_id     text NOT NULL REFERENCES questions ON DELETE CASCADE,
        missed_at       timestamptz NOT NULL,
        remaining_tries smallint NOT NULL CHECK (remaining_tries >= 1),
        PRIMARY KEY (user_id, question_id)
      )`);
    await runner.query(`CREATE INDEX wrong_answers_oldest ON wrong_answers (user_id, missed_at)`);

    await runner.query(`
      CREATE TABLE outbox_events (
        id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        type         text NOT NULL,
        user_id      bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        payload      jsonb NOT NULL,
        created_at   timestamptz NOT NULL,
        published_at timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE outbox_events, wrong_answers, topic_performance, streak_history, user_answers, user_questions',
    );
  }
}
