import type { MigrationInterface, QueryRunner } from 'typeorm';

const content = `
        question_text    text NOT NULL CHECK (question_text <> ''),
        options          jsonb NOT NULL,
        correct_index    smallint NOT NULL CHECK (correct_index BETWEEN 0 AND 3),
        explanation      text NOT NULL CHECK (explanation <> ''),
        reference        text,
        level            smallint NOT NULL CHECK (level BETWEEN 1 AND 4),
        topic            text NOT NULL CHECK (topic <> ''),
        difficulty_index smallint NOT NULL CHECK (difficulty_index BETWEEN 1 AND 10),
        content_hash     text NOT NULL`;

// A CHECK passes on NULL, and options ->> 3 of a short array is NULL: type, length and kinds come first.
const fourDistinctOptions = `
        CHECK (coalesce(jsonb_typeof(options) = 'array' AND jsonb_array_length(options) = 4
          AND jsonb_typeof(options -> 0) = 'string' AND jsonb_typeof(options -> 1) = 'string'
          AND jsonb_typeof(options -> 2) = 'string' AND jsonb_typeof(options -> 3) = 'string'
          AND options -> 0 <> options -> 1 AND options -> 0 <> options -> 2 AND options -> 0 <> options -> 3
          AND options -> 1 <> options -> 2 AND options -> 1 <> options -> 3 AND options -> 2 <> options -> 3, false))`;

/**
 * Questions, every version of them, and the cells (level, topic) that they are drawn from. A cell's revision grows
 * whenever a question may have become newly available in it; that is what lets a learner's finding "I have seen all
 * of this cell" be remembered without ever going stale.
 */
export class Questions1763700000002 implements MigrationInterface {
  readonly name = 'Questions1763700000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE questions (
        id               text PRIMARY KEY CHECK (id <> ''),
        version          integer NOT NULL DEFAULT 1 CHECK (version >= 1),${content},
        source           text NOT NULL DEFAULT 'static',
        status           text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'quarantined', 'retired')),
        random_key       double precision NOT NULL DEFAULT random(),
        reviewed_at      timestamptz,
        created_at       timestamptz NOT NULL DEFAULT now(),
        updated_at       timestamptz NOT NULL DEFAULT now(),${fourDistinctOptions}
      )`);
    await runner.query(`
      CREATE INDEX questions_draw ON questions (level, topic, random_key, id) WHERE status = 'active'`);
    await runner.query(`
      CREATE TABLE question_versions (
        question_id      text NOT NULL REFERENCES questions ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        version          integer NOT NULL CHECK (version >= 1),${content},
        created_at       timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (question_id, version),${fourDistinctOptions}
      )`);
    await runner.query(`
      CREATE TABLE question_cells (
        level    smallint NOT NULL CHECK (level BETWEEN 1 AND 4),
        topic    text NOT NULL,
        revision bigint NOT NULL DEFAULT 1,
        PRIMARY KEY (level, topic)
      )`);
    await runner.query(`
      CREATE TABLE exhausted_cells (
        user_id  bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        level    smallint NOT NULL,
        topic    text NOT NULL,
        revision bigint NOT NULL,
        PRIMARY KEY (user_id, level, topic)
      )`);
    await runner.query(`
      CREATE FUNCTION questions_touch_cells() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO question_cells (level, topic)
        SELECT DISTINCT level, topic FROM changed WHERE status = 'active' ORDER BY level, topic
        ON CONFLICT (level, topic) DO UPDATE SET revision = question_cells.revision + 1;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER questions_inserted AFTER INSERT ON questions REFERENCING NEW TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION questions_touch_cells()`);
    await runner.query(`
      CREATE TRIGGER questions_updated AFTER UPDATE ON questions REFERENCING NEW TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION questions_touch_cells()`);
    await runner.query(`
      CREATE FUNCTION questions_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'INSERT' OR NEW.version <> OLD.version THEN
          INSERT INTO question_versions (question_id, version, question_text, options, correct_index, explanation,
            reference, level, topic, difficulty_index, content_hash)
          VALUES (NEW.id, NEW.version, NEW.question_text, NEW.options, NEW.correct_index, NEW.explanation,
            NEW.reference, NEW.level, NEW.topic, NEW.difficulty_index, NEW.content_hash);
        ELSIF (NEW.question_text, NEW.options, NEW.correct_index, NEW.explanation, NEW.content_hash)
            IS DISTINCT FROM (OLD.question_text, OLD.options, OLD.correct_index, OLD.explanation, OLD.content_hash) THEN
          RAISE EXCEPTION 'question % changed its content without a new version', NEW.id;
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER questions_versioned BEFORE INSERT OR UPDATE ON questions
      FOR EACH ROW EXECUTE FUNCTION questions_keep_version()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE exhausted_cells, question_cells, question_versions, questions');
    await runner.query('DROP FUNCTION questions_touch_cells(), questions_keep_version()');
  }
}
