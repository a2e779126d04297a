import type { InboxStore, IncomingUpdate, StoredUpdate } from '@rung/db';

export interface IntakeOptions {
  readonly inbox: InboxStore;
  /** Told of updates once they are stored, so that their jobs can be enqueued. */
  readonly onStored: (updates: readonly { update: IncomingUpdate; stored: StoredUpdate }[]) => void;
  /** Most updates that share one insert (200). */
  readonly batchSize?: number;
  /** An update that is not durable after this long is refused (400 ms, of the 500 that its sender waits at most). */
  readonly timeoutMs?: number;
  /** Most updates that wait at a time; more are refused at once (5,000). */
  readonly maxWaiting?: number;
}

/** Makes updates durable. */
export interface Intake {
  /** Resolves once the update is stored; rejects with NotDurable when it could not be in time. */
  accept(update: IncomingUpdate): Promise<StoredUpdate>;
  /** Waits for all inserts under way. */
  drain(): Promise<void>;
}

/** The update could not be made durable; whoever sent it has to send it again. */
export class NotDurable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NotDurable';
  }
}

interface Waiting {
  readonly update: IncomingUpdate;
  readonly deadline: number;
  readonly resolve: (stored: StoredUpdate) => void;
  readonly reject: (error: Error) => void;
}

/** Two, so that one batch gathers in the process while PostgreSQL writes the other. */
const INSERTS_AT_A_TIME = 2;

/**
 * Group commit: while inserts are under way the next updates gather, and share the insert after them. Under load that
 * costs one transaction for many updates; an update that comes alone waits for nobody.
 */
export function makeIntake(options: IntakeOptions): Intake {
  const { inbox, onStored, batchSize = 200, timeoutMs = 400, maxWaiting = 5_000 } = options;
  // Arrays, oldest first, and no Map or Set: V8 lets the discarded tables of those keep what was in them alive until
  // the next full collection, here whole requests.
  let waiting: Waiting[] = [];
  let inserts: { readonly batch: readonly Waiting[]; readonly over: Promise<void> }[] = [];
  let timer: NodeJS.Timeout | undefined;

  const insert = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const stored = await inbox.store(batch.map((entry) => entry.update));
      onStored(batch.map(({ update }, i) => ({ update, stored: stored[i] as StoredUpdate })));
      batch.forEach((entry, i) => {
        entry.resolve(stored[i] as StoredUpdate);
      });
    } catch (error) {
      const refusal = new NotDurable('the inbox cannot be written', { cause: error });
      for (const entry of batch) entry.reject(refusal);
    }
    inserts = inserts.filter((one) => one.batch !== batch);
    go();
  };

  const go = (): void => {
    if (waiting.length === 0 || inserts.length >= INSERTS_AT_A_TIME) return;
    const batch = waiting.splice(0, batchSize);
    inserts.push({ batch, over: insert(batch) });
  };

  /** One timer serves all: it is set to the oldest deadline. */
  const refuseLate = (): void => {
    const now = performance.now();
    const late = new NotDurable('the inbox did not answer in time');
    const open = [...inserts.map(({ batch }) => batch), waiting].flat();
    for (const entry of open) if (entry.deadline <= now) entry.reject(late);
    // Whoever has been refused will be sent again: it is not worth an insert.
    waiting = waiting.filter((entry) => entry.deadline > now);
    const next = open.find((entry) => entry.deadline > now);
    timer = next && setTimeout(refuseLate, next.deadline - now);
  };

  return {
    accept(update) {
      if (waiting.length >= maxWaiting) return Promise.reject(new NotDurable('too many updates are waiting'));
      return new Promise((resolve, reject) => {
        waiting.push({ update, deadline: performance.now() + timeoutMs, resolve, reject });
        if (timer === undefined) timer = setTimeout(refuseLate, timeoutMs);
        // Not at once, so that what arrived together is stored together.
        if (waiting.length === 1) setImmediate(go);
      });
    },
    async drain() {
      while (waiting.length > 0 || inserts.length > 0) {
        go();
        await Promise.all(inserts.map(({ over }) => over));
      }
    },
  };
}
