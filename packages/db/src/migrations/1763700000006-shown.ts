import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a delivery's row tells beside its state: whether its question may have been shown, whether the learner asked
 * for it, and whether it belongs to a run; and an order in every backlog, so that it can be read page by page.
 */
export class Shown1763700000006 implements MigrationInterface {
  readonly name = 'Shown1763700000006';

  async up(runner: QueryRunner): Promise<void> {
    // Sendings that were begun, but for those that Telegram is known to have refused: a question may have been shown
    // as soon as there is one, though nobody lived to record it.
    await runner.query(`
      ALTER TABLE user_questions
        ADD COLUMN unsettled_sends smallint NOT NULL DEFAULT 0 CHECK (unsettled_sends >= 0),
        ADD COLUMN asked           boolean NOT NULL DEFAULT false,
        ADD COLUMN distributed     boolean NOT NULL DEFAULT true`);
    // Rows that are here already count for their run, as they did.
    await runner.query('ALTER TABLE user_questions ALTER COLUMN distributed SET DEFAULT false');
    await runner.query(
      'UPDATE user_questions SET unsettled_sends = 1 WHERE question_id IS NOT NULL AND sent_at IS NULL',
    );
    // What is left of a cell that is nearly exhausted.
    await runner.query(`ALTER TABLE exhausted_cells ADD COLUMN remaining text[] NOT NULL DEFAULT '{}'`);
    await seen(runner);
    await backlogs(runner);
    await runner.query(`
      CREATE TABLE quiet_chats (
        user_id bigint PRIMARY KEY,
        until   timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE quiet_chats');
    await runner.query(`DELETE FROM exhausted_cells WHERE remaining <> '{}'`);
    await runner.query('ALTER TABLE exhausted_cells DROP COLUMN remaining');
    for (const [name, at, condition] of BACKLOGS) {
      await runner.query(`DROP INDEX ${name}`);
      await runner.query(`CREATE INDEX ${name} ON user_questions (${at}) WHERE ${condition}`);
    }
    for (const trigger of ['unshown', 'shown', 'live_again']) {
      await runner.query(`DROP TRIGGER user_questions_${trigger} ON user_questions`);
      await runner.query(`DROP FUNCTION user_questions_${trigger}()`);
    }
    await runner.query(
      'ALTER TABLE user_questions DROP COLUMN unsettled_sends, DROP COLUMN asked, DROP COLUMN distributed',
    );
  }
}

/**
 * `latest` marks the row through which a learner has seen a question: set with the choice of an unseen one, so that
 * no other delivery takes it, and for a repeat once that is sent. Many stores end deliveries, send them and make them
 * live again; what that means for `latest` is decided here, once.
 */
async function seen(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE FUNCTION user_questions_unshown() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.latest := false;
      DELETE FROM exhausted_cells e USING questions q
      WHERE q.id = NEW.question_id AND e.user_id = NEW.user_id AND e.level = q.level AND e.topic = q.topic;
      RETURN NEW;
    END $$`);
  await runner.query(`
    CREATE TRIGGER user_questions_unshown BEFORE UPDATE ON user_questions FOR EACH ROW
    WHEN (NEW.latest AND NEW.state IN ('expired', 'blocked', 'failed') AND NEW.sent_at IS NULL
      AND NEW.unsettled_sends = 0)
    EXECUTE FUNCTION user_questions_unshown()`);
  await runner.query(`
    CREATE FUNCTION user_questions_shown() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE user_questions SET latest = false
      WHERE user_id = NEW.user_id AND question_id = NEW.question_id AND latest;
      NEW.latest := true;
      RETURN NEW;
    END $$`);
  await runner.query(`
    CREATE TRIGGER user_questions_shown BEFORE UPDATE ON user_questions FOR EACH ROW
    WHEN (NOT NEW.latest AND OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL AND NEW.question_id IS NOT NULL)
    EXECUTE FUNCTION user_questions_shown()`);
  // Its question was given back, and may have been shown by another delivery since: a new one is chosen. Its run is
  // not over yet.
  await runner.query(`
    CREATE FUNCTION user_questions_live_again() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.sent_at IS NULL AND NEW.unsettled_sends = 0 THEN
        NEW.question_id := NULL;
        NEW.question_version := NULL;
        NEW.option_order := NULL;
        NEW.level := NULL;
        NEW.supply := NULL;
        NEW.selection := NULL;
        NEW.latest := false;
      END IF;
      IF NEW.distributed THEN
        UPDATE distribution_runs SET finished_at = NULL
        WHERE slot_at = date_trunc('minute', NEW.slot_at, 'UTC') AND finished_at IS NOT NULL;
      END IF;
      RETURN NEW;
    END $$`);
  await runner.query(`
    CREATE TRIGGER user_questions_live_again BEFORE UPDATE ON user_questions FOR EACH ROW
    WHEN (NEW.state = 'pending' AND OLD.state <> 'pending')
    EXECUTE FUNCTION user_questions_live_again()`);
}

/** Name, instant and condition of what the reconciler reads in order. */
const BACKLOGS = [
  ['user_questions_pending', 'slot_at', `state = 'pending'`],
  ['user_questions_open', 'expires_at', `state IN ('pending', 'sent')`],
  [
    'user_questions_expiry_untold',
    'expired_at',
    `state = 'expired' AND telegram_message_id IS NOT NULL AND feedback_delivered_at IS NULL`,
  ],
] as const;

/** Thousands share one slot or one midnight: the id tells them apart. */
async function backlogs(runner: QueryRunner): Promise<void> {
  for (const [name, at, condition] of BACKLOGS) {
    await runner.query(`DROP INDEX ${name}`);
    await runner.query(`CREATE INDEX ${name} ON user_questions (${at}, id) WHERE ${condition}`);
  }
}
