import type { Database } from './database.ts';

/** An update as the gateway received it. `userId` and `job` are null for what is kept but of no use. */
export interface IncomingUpdate {
  readonly botId: string;
  readonly updateId: number;
  readonly userId: string | null;
  readonly job: 'answer.grade' | 'command.run' | null;
  /** The update as JSON text. */
  readonly payload: string;
  readonly receivedAt: Date;
  /** Why it is of no use; such an update is stored as `quarantined`. */
  readonly quarantine: string | null;
}

/** An update that is durable. `seq` is null when it had been stored before (Telegram repeats what it is unsure of). */
export interface StoredUpdate {
  readonly seq: string | null;
  readonly quarantined: boolean;
}

export interface InboxStore {
  /**
   * Makes all of `updates` durable with one insert and returns what became of each, in their order. When the
   * database refuses the data of one of them, each is stored by itself and the offender is quarantined without its
   * payload. Throws only when the database cannot be used at all; then none counts as accepted.
   */
  store(updates: readonly IncomingUpdate[]): Promise<StoredUpdate[]>;
}

// In the order of ids: two inserts that meet in several updates then wait for each other and never for ever.
const insert = `
  INSERT INTO telegram_updates (bot_id, update_id, user_id, job, payload, received_at, status, reason)
  SELECT u.bot_id, u.update_id, u.user_id, u.job, u.payload::json, u.received_at,
         CASE WHEN u.reason IS NULL THEN 'received' ELSE 'quarantined' END, u.reason
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], string_to_array($5, E'\\x1f'), $6::timestamptz[],
    $7::text[]) AS u (bot_id, update_id, user_id, job, payload, received_at, reason)
  ORDER BY u.bot_id, u.update_id
  ON CONFLICT (bot_id, update_id) DO NOTHING
  RETURNING seq, bot_id || '/' || update_id AS key`;

/** No JSON text has this character outside of an escape, so texts joined by it need no quoting: half the cost of an array. */
const SEPARATOR = '\x1f';

/** A PostgreSQL array of ids, names and instants, none of which needs quotes. */
function plainArray<T>(items: readonly T[], of: (item: T) => string | number | null): string {
  return `{${items.map((item) => of(item) ?? 'NULL').join(',')}}`;
}

export function makeInboxStore(database: Database): InboxStore {
  const db = database.scoped('inbox');
  const insertAll = async (updates: readonly IncomingUpdate[]): Promise<StoredUpdate[]> => {
    const rows = await db.sql<{ seq: string; key: string }>(insert, [
      plainArray(updates, (u) => u.botId),
      plainArray(updates, (u) => u.updateId),
      plainArray(updates, (u) => u.userId),
      plainArray(updates, (u) => u.job),
      updates.map((u) => u.payload).join(SEPARATOR),
      plainArray(updates, (u) => u.receivedAt.toISOString()),
      updates.map((u) => u.quarantine),
    ]);
    const seqs = new Map(rows.map((row) => [row.key, row.seq]));
    return updates.map((u) => {
      const key = `${u.botId}/${u.updateId}`;
      const seq = seqs.get(key) ?? null;
      seqs.delete(key);
      return { seq, quarantined: u.quarantine !== null };
    });
  };

  const storeAlone = async (update: IncomingUpdate): Promise<StoredUpdate> => {
    try {
      return (await insertAll([update]))[0] as StoredUpdate;
    } catch (error) {
      if (!isDataError(error)) throw error;
      const offender = { ...update, payload: 'null', quarantine: `refused by the database (${error.code})` };
      return (await insertAll([offender]))[0] as StoredUpdate;
    }
  };

  return {
    async store(updates) {
      try {
        return await insertAll(updates);
      } catch (error) {
        if (!isDataError(error)) throw error;
        const stored: StoredUpdate[] = [];
        for (const update of updates) stored.push(await storeAlone(update));
        return stored;
      }
    },
  };
}

/** SQLSTATE classes 22 (data exception), 23 (constraint) and 54 (limit exceeded, as JSON nested too deep). */
function isDataError(error: unknown): error is { code: string } {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^(22|23|54)/.test(code);
}
