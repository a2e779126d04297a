import { type Intake, NotDurable } from './intake.ts';
import { makeLearnerLimit } from './learnerLimit.ts';
import { routeUpdate, type UpdateType } from './route.ts';

/** An update as Telegram sent it: its JSON text, which is what is stored, and what that says. */
export interface RawUpdate {
  readonly text: string;
  readonly body: unknown;
}

/**
 * Takes in one update, by webhook or by polling, and resolves to its type once nothing more is to
 * be done for it: stored, stored before, or of a kind that is counted and not kept. Rejects with Refused when it could
 * not be made durable: it has to come again.
 */
export type Receive = (update: RawUpdate, receivedAt: Date) => Promise<UpdateType>;

/** The update was not accepted. */
export class Refused extends Error {
  constructor(cause: Error) {
    super('the update could not be made durable', { cause });
    this.name = 'Refused';
  }
}

/** Label of `rung_updates_total`. */
export type UpdateResult = 'accepted' | 'repeated' | 'quarantined' | 'invalid' | 'limited' | 'refused';

export interface ReceiveOptions {
  readonly botId: string;
  readonly intake: Intake;
  readonly onResult: (result: UpdateResult, error?: Error) => void;
}

/** 60 updates a minute in bursts of 20, per learner at each gateway. */
const LIMIT = { burst: 20, everyMs: 1_000 };

export function makeReceive({ botId, intake, onResult }: ReceiveOptions): Receive {
  const limit = makeLearnerLimit(LIMIT);

  return async ({ text, body }, receivedAt) => {
    const route = routeUpdate(body);
    if (route.kind === 'invalid') {
      onResult('invalid');
      return 'other';
    }
    const { updateId, type } = route;
    const userId = route.kind === 'job' ? route.userId : null;
    if (userId !== null && !limit.take(userId, performance.now())) {
      onResult('limited');
      return type;
    }
    try {
      const stored = await intake.accept({
        botId,
        updateId,
        userId,
        job: route.kind === 'job' ? route.job : null,
        payload: text,
        receivedAt,
        quarantine: route.kind === 'quarantined' ? route.reason : null,
      });
      onResult(stored.seq === null ? 'repeated' : stored.quarantined ? 'quarantined' : 'accepted');
      return type;
    } catch (error) {
      if (!(error instanceof NotDurable)) throw error;
      // It comes again, and then as often as the inbox is away: that is not the learner's doing.
      if (userId !== null) limit.giveBack(userId);
      onResult('refused', error);
      throw new Refused(error);
    }
  };
}
