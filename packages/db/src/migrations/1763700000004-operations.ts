import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators read: runs, dead letters, the audit log; and the rule that histories only grow. */
export class Operations1763700000004 implements MigrationInterface {
  readonly name = 'Operations1763700000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE distribution_runs (
        slot_at     timestamptz PRIMARY KEY CHECK (date_trunc('minute', slot_at, 'UTC') = slot_at),
        due         integer NOT NULL DEFAULT 0,
        skipped     integer NOT NULL DEFAULT 0,
        sent        integer NOT NULL DEFAULT 0,
        blocked     integer NOT NULL DEFAULT 0,
        failed      integer NOT NULL DEFAULT 0,
        questions   jsonb NOT NULL DEFAULT '{}',
        started_at  timestamptz NOT NULL,
        finished_at timestamptz
      )`);
    await runner.query(
      `CREATE INDEX distribution_runs_open ON distribution_runs (slot_at) WHERE finished_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE dead_letters (
        id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        queue       text NOT NULL,
        job         text NOT NULL,
        job_id      text NOT NULL,
        payload     jsonb NOT NULL,
        error       text NOT NULL,
        attempts    integer NOT NULL,
        failed_at   timestamptz NOT NULL,
        redriven_at timestamptz
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX dead_letters_open ON dead_letters (job_id) WHERE redriven_at IS NULL`,
    );
    await runner.query(`
      CREATE TABLE audit_log (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        actor      text NOT NULL,
        action     text NOT NULL,
        subject    text NOT NULL,
        details    jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        -- Rows go only with the learner that they belong to: then the cascade's own trigger is the caller.
        IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
      END $$`);
    for (const table of ['streak_history', 'audit_log']) {
      await runner.query(`
        CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE ON ${table}
        FOR EACH ROW EXECUTE FUNCTION append_only()`);
    }
    await runner.query(`
      CREATE VIEW user_quiz_summary AS
      SELECT u.user_id, u.username, u.level, u.streak,
             coalesce(a.total, 0) AS total_answers,
             coalesce(a.correct, 0) AS correct_answers,
             coalesce(round(100.0 * a.correct / nullif(a.total, 0), 1), 0) AS accuracy_pct
      FROM users u
      LEFT JOIN (
        SELECT user_id, count(*) AS total, count(*) FILTER (WHERE is_correct) AS correct
        FROM user_answers WHERE attempt_no = 1 GROUP BY user_id
      ) a USING (user_id)`);
    await runner.query(`
      CREATE VIEW daily_question_stats AS
      SELECT local_date AS quiz_date,
             count(*) AS questions_sent,
             count(answered_at) AS answered,
             count(*) - count(answered_at) AS unanswered,
             round(100.0 * count(answered_at) / count(*), 1) AS response_rate_pct
      FROM user_questions
      WHERE kind = 'daily' AND sent_at IS NOT NULL
      GROUP BY local_date`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW daily_question_stats, user_quiz_summary');
    await runner.query('DROP TRIGGER streak_history_append_only ON streak_history');
    await runner.query('DROP TABLE audit_log, dead_letters, distribution_runs');
    await runner.query('DROP FUNCTION append_only()');
  }
}
