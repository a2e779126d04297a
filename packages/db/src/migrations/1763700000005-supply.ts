import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Questions from models, what calls to models cost, difficulties from answers, reports of learners, and corrections
 * of answers that a wrong key had judged.
 */
export class Supply1763700000005 implements MigrationInterface {
  readonly name = 'Supply1763700000005';

  async up(runner: QueryRunner): Promise<void> {
    await generation(runner);
    await calibration(runner);
    await reports(runner);
    await views(runner);
    // Erasing a learner finds their rows by these.
    await runner.query('CREATE INDEX user_questions_learner ON user_questions (user_id)');
    await runner.query('CREATE INDEX outbox_events_learner ON outbox_events (user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX outbox_events_learner, user_questions_learner');
    await runner.query('DROP VIEW question_quality');
    await runner.query('DROP TABLE answer_corrections, question_reports');
    await runner.query('DROP INDEX question_versions_corrected');
    await runner.query(`
      ALTER TABLE question_versions DROP COLUMN corrected_by, DROP COLUMN corrected_index, DROP COLUMN corrected_at,
        DROP COLUMN regraded_at`);
    await runner.query('DROP INDEX user_answers_first');
    await runner.query('ALTER TABLE user_answers DROP COLUMN predicted');
    await runner.query('ALTER TABLE users DROP COLUMN rated_answers');
    await runner.query('DROP TRIGGER questions_updated ON questions');
    await runner.query('DROP FUNCTION questions_touch_changed_cells()');
    await runner.query(`
      CREATE TRIGGER questions_updated AFTER UPDATE ON questions REFERENCING NEW TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION questions_touch_cells()`);
    await runner.query('ALTER TABLE questions RESET (fillfactor)');
    await runner.query('ALTER TABLE questions DROP COLUMN difficulty');
    await runner.query('DROP TABLE llm_calls, rejected_questions, generated_questions');
    // The extension stays: it may have been there before, and belong to somebody else.
    await runner.query('DROP INDEX questions_written_once, questions_alike');
  }
}

async function generation(runner: QueryRunner): Promise<void> {
  await runner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
  // Long signatures: with the default of 12 bytes texts of this length look all the same, and every page is read.
  await runner.query(
    'CREATE INDEX questions_alike ON questions USING gist (question_text gist_trgm_ops (siglen = 256))',
  );
  await runner.query(
    `CREATE UNIQUE INDEX questions_written_once ON questions (content_hash) WHERE source <> 'static'`,
  );
  await runner.query(`
    CREATE TABLE generated_questions (
      question_id    text PRIMARY KEY REFERENCES questions ON DELETE CASCADE,
      provider       text NOT NULL,
      model          text NOT NULL,
      prompt_version text NOT NULL,
      blind_model    text NOT NULL,
      input_tokens   integer NOT NULL CHECK (input_tokens >= 0),
      output_tokens  integer NOT NULL CHECK (output_tokens >= 0),
      created_at     timestamptz NOT NULL DEFAULT now()
    )`);
  await runner.query(`
    CREATE TABLE rejected_questions (
      id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      provider       text NOT NULL,
      model          text NOT NULL,
      prompt_version text NOT NULL,
      level          smallint NOT NULL CHECK (level BETWEEN 1 AND 4),
      topic          text NOT NULL,
      reason         text NOT NULL,
      detail         text NOT NULL,
      output         text NOT NULL,
      input_tokens   integer NOT NULL CHECK (input_tokens >= 0),
      output_tokens  integer NOT NULL CHECK (output_tokens >= 0),
      created_at     timestamptz NOT NULL DEFAULT now()
    )`);
  await runner.query(`
    CREATE TABLE llm_calls (
      id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      user_id       bigint REFERENCES users ON DELETE SET NULL,
      provider      text,
      model         text,
      outcome       text,
      input_tokens  integer CHECK (input_tokens >= 0),
      output_tokens integer CHECK (output_tokens >= 0),
      created_at    timestamptz NOT NULL,
      CHECK (outcome IS NULL OR (provider IS NOT NULL AND model IS NOT NULL AND input_tokens IS NOT NULL
        AND output_tokens IS NOT NULL))
    )`);
  await runner.query('CREATE INDEX llm_calls_learner ON llm_calls (user_id, created_at)');
  await runner.query('CREATE INDEX llm_calls_day ON llm_calls (created_at)');
}

async function calibration(runner: QueryRunner): Promise<void> {
  await runner.query('ALTER TABLE questions ADD COLUMN difficulty real');
  // Room on each page for the nightly change, so that it touches no index.
  await runner.query('ALTER TABLE questions SET (fillfactor = 70)');
  // Only a question that has just come to a cell can end "I have seen all of it"; a nightly change of difficulties
  // must not end it for everybody.
  await runner.query(`
    CREATE FUNCTION questions_touch_changed_cells() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO question_cells (level, topic)
      SELECT DISTINCT n.level, n.topic FROM changed n LEFT JOIN before o USING (id)
      WHERE n.status = 'active' AND (n.status, n.level, n.topic) IS DISTINCT FROM (o.status, o.level, o.topic)
      ORDER BY n.level, n.topic
      ON CONFLICT (level, topic) DO UPDATE SET revision = question_cells.revision + 1;
      RETURN NULL;
    END $$`);
  await runner.query('DROP TRIGGER questions_updated ON questions');
  await runner.query(`
    CREATE TRIGGER questions_updated AFTER UPDATE ON questions REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION questions_touch_changed_cells()`);

  await runner.query(
    'ALTER TABLE users ADD COLUMN rated_answers integer NOT NULL DEFAULT 0 CHECK (rated_answers >= 0)',
  );
  await runner.query(
    'ALTER TABLE user_answers ADD COLUMN predicted real CHECK (predicted > 0 AND predicted < 1)',
  );
  // What stood for the chance of success so far: everybody's ability was the average, a question's difficulty that of
  // its index, with chance 0.75 at index 5, half a logit for each index, and a guess floor of 0.25.
  await runner.query(`
    UPDATE user_answers a SET predicted = 0.25 + 0.75 / (1 + exp((q.difficulty_index - 5) * 0.5 - ln(2)))
    FROM questions q
    WHERE q.id = a.question_id AND a.id IN (
      SELECT DISTINCT ON (question_id, user_id) id FROM user_answers ORDER BY question_id, user_id, answered_at, id)`);
  await runner.query(`
    UPDATE users u SET rated_answers = a.answers
    FROM (SELECT user_id, count(*) AS answers FROM user_answers WHERE predicted IS NOT NULL GROUP BY user_id) a
    WHERE u.user_id = a.user_id`);
  await runner.query(
    'CREATE UNIQUE INDEX user_answers_first ON user_answers (question_id, user_id) WHERE predicted IS NOT NULL',
  );
}

async function reports(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE question_reports (
      id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      user_id          bigint NOT NULL REFERENCES users ON DELETE CASCADE,
      question_id      text NOT NULL,
      question_version integer NOT NULL,
      user_question_id bigint REFERENCES user_questions ON DELETE CASCADE,
      reason           text NOT NULL CHECK (reason IN ('wrong_key', 'unclear', 'outdated', 'offensive', 'other')),
      status           text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'kept', 'fixed', 'retired')),
      created_at       timestamptz NOT NULL,
      resolved_at      timestamptz,
      FOREIGN KEY (question_id, question_version) REFERENCES question_versions ON DELETE CASCADE,
      UNIQUE (user_id, question_id, question_version),
      CHECK ((status = 'open') = (resolved_at IS NULL))
    )`);
  await runner.query(
    'CREATE INDEX question_reports_question ON question_reports (question_id, question_version)',
  );
  await runner.query('CREATE INDEX question_reports_delivery ON question_reports (user_question_id)');

  // A version whose key was wrong names the version that corrects it, and which of its own options is right.
  await runner.query(`
    ALTER TABLE question_versions
      ADD COLUMN corrected_by integer CHECK (corrected_by > version),
      ADD COLUMN corrected_index smallint CHECK (corrected_index BETWEEN 0 AND 3),
      ADD COLUMN corrected_at timestamptz,
      ADD COLUMN regraded_at timestamptz,
      ADD FOREIGN KEY (question_id, corrected_by) REFERENCES question_versions ON DELETE CASCADE,
      ADD CHECK ((corrected_by IS NULL) = (corrected_index IS NULL) AND (corrected_by IS NULL) = (corrected_at IS NULL)
        AND (corrected_by IS NOT NULL OR regraded_at IS NULL))`);
  await runner.query(`
    CREATE INDEX question_versions_corrected ON question_versions (question_id, version)
    WHERE corrected_by IS NOT NULL AND regraded_at IS NULL`);
  await runner.query(`
    CREATE TABLE answer_corrections (
      user_answer_id bigint PRIMARY KEY REFERENCES user_answers ON DELETE CASCADE,
      user_id        bigint NOT NULL,
      question_id    text NOT NULL,
      from_version   integer NOT NULL,
      to_version     integer NOT NULL CHECK (to_version > from_version),
      created_at     timestamptz NOT NULL,
      nudged_at      timestamptz,
      notified_at    timestamptz
    )`);
  await runner.query(
    'CREATE INDEX answer_corrections_untold ON answer_corrections (created_at) WHERE notified_at IS NULL',
  );
}

async function views(runner: QueryRunner): Promise<void> {
  // Answers are learners' first ever to the question. Discrimination is the point-biserial correlation of their
  // correctness with the chance of success that was predicted just before: learners who should know it, do.
  await runner.query(`
    CREATE VIEW question_quality AS
    SELECT q.id AS question_id, q.version, q.level, q.topic, q.source, q.status,
           coalesce(a.answers, 0) AS answers,
           round(100.0 * a.correct / a.answers, 1) AS correct_rate_pct,
           round((100 * a.predicted)::numeric, 1) AS predicted_pct,
           round(a.discrimination::numeric, 2) AS discrimination,
           coalesce(r.reports, 0) AS reports,
           round(100.0 * coalesce(r.reports, 0) / s.learners, 1) AS report_rate_pct,
           q.difficulty, q.difficulty_index
    FROM questions q
    LEFT JOIN (
      SELECT question_id, count(*) AS answers, count(*) FILTER (WHERE is_correct) AS correct,
             avg(predicted) AS predicted, corr(is_correct::int, predicted) AS discrimination
      FROM user_answers WHERE predicted IS NOT NULL GROUP BY question_id
    ) a ON a.question_id = q.id
    LEFT JOIN (
      SELECT question_id, count(DISTINCT user_id) AS reports FROM question_reports GROUP BY question_id
    ) r ON r.question_id = q.id
    LEFT JOIN (
      SELECT question_id, count(*) AS learners FROM user_questions WHERE latest GROUP BY question_id
    ) s ON s.question_id = q.id`);
}
