import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Learners who are erased, and what is known of backups. */
export class Erasure1763700000008 implements MigrationInterface {
  readonly name = 'Erasure1763700000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE erasures (
        hash      text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
        erased_at timestamptz(3) NOT NULL,
        salt_id   text NOT NULL,
        PRIMARY KEY (hash, erased_at)
      )`);
    await runner.query(`
      CREATE TABLE backup_runs (
        id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind         text NOT NULL CHECK (kind IN ('backup', 'drill')),
        file         text NOT NULL,
        started_at   timestamptz NOT NULL,
        succeeded_at timestamptz NOT NULL CHECK (succeeded_at >= started_at),
        bytes        bigint NOT NULL CHECK (bytes >= 0),
        row_count    bigint NOT NULL CHECK (row_count >= 0)
      )`);
    await runner.query('CREATE INDEX backup_runs_latest ON backup_runs (kind, succeeded_at)');
    // Written to once in the life of an update, when it is handled. What is still to be handled has an index already.
    await runner.query(`
      CREATE INDEX telegram_updates_handled ON telegram_updates (user_id)
      WHERE status IN ('done', 'quarantined', 'dead')`);
    await audit(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION pseudonymise_audit(bigint, text)');
    await runner.query('DROP TRIGGER audit_log_append_only ON audit_log');
    await runner.query('DROP FUNCTION audit_log_append_only()');
    await runner.query(`
      CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
      FOR EACH ROW EXECUTE FUNCTION append_only()`);
    await runner.query('DROP INDEX telegram_updates_handled');
    await runner.query('DROP TABLE backup_runs, erasures');
  }
}

/** The one change that the log allows, and the one way to it for a role that may not update the log. */
async function audit(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE FUNCTION audit_log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      -- An id gives way to its pseudonym, and nothing else changes.
      IF TG_OP = 'UPDATE' AND OLD.subject ~ '^[0-9]+$' AND NEW.subject ~ '^erased:[0-9a-f]{64}$'
          AND (NEW.id, NEW.actor, NEW.action, NEW.details, NEW.created_at)
            IS NOT DISTINCT FROM (OLD.id, OLD.actor, OLD.action, OLD.details, OLD.created_at) THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END $$`);
  await runner.query('DROP TRIGGER audit_log_append_only ON audit_log');
  await runner.query(`
    CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_append_only()`);
  // Subjects of other actions may be numbers as well: of dead letters, of rows.
  await runner.query(`
    CREATE FUNCTION pseudonymise_audit(learner bigint, hash text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
      UPDATE public.audit_log SET subject = 'erased:' || hash
      WHERE subject = learner::text AND (action = 'deliver' OR action LIKE 'user.%')
    $$`);
  await runner.query('REVOKE ALL ON FUNCTION pseudonymise_audit(bigint, text) FROM PUBLIC');
}
