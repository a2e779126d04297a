import {
  type Database,
  findLearner,
  type MailboxStore,
  type MailboxUpdate,
  markFeedbackDelivered,
} from '@rung/db';
import type { Policy } from '@rung/domain';
import { Postpone } from '@rung/jobs';
import { applyUpdate } from './apply.ts';
import type { Outcome } from './outcome.ts';
import type { Say } from './say.ts';

export interface HandleUpdateOptions {
  readonly db: Database;
  readonly mailbox: MailboxStore;
  readonly say: Say;
  readonly policy: Policy;
  readonly clock: () => Date;
  /** Told of each effect that was committed here, once. */
  readonly onApplied: (update: MailboxUpdate, outcome: Outcome) => void;
}

/** Works through one learner's mailbox. */
export interface UpdateHandler {
  /** Does one update of the inbox, after every earlier one of the same learner; nothing when it is done already. */
  handle(updateSeq: string): Promise<void>;
  /** Applies and tells everything of the learner up to and including `upTo`. */
  workThrough(userId: string, upTo: string): Promise<void>;
}

/** How long a job steps back while an earlier update of the same learner is in trouble. */
const STEP_BACK_MS = 2_000;

export function makeUpdateHandler(options: HandleUpdateOptions): UpdateHandler {
  const { db, mailbox, say, policy, clock, onApplied } = options;

  const tell = async (
    update: MailboxUpdate,
    outcome: Outcome,
    learner: Parameters<Say>[2],
  ): Promise<void> => {
    await say(update, outcome, learner);
    if (outcome.kind === 'graded') await markFeedbackDelivered(db, outcome.feedback.deliveryId);
    await mailbox.markDone(update.seq);
  };

  /** Resolves to whether it was here that `upTo` itself was applied and told. */
  const workThrough = async (userId: string, upTo: string): Promise<boolean> => {
    for (;;) {
      let earlier = false;
      try {
        const taken = await mailbox.takeUpTo({ userId, upTo }, (tx, learner, update) => {
          earlier = update.seq !== upTo;
          return applyUpdate(tx, learner, update, policy);
        });
        if (taken === null) return false;
        const outcome = taken.update.outcome as Outcome;
        onApplied(taken.update, outcome);
        await tell(taken.update, outcome, taken.learner);
        if (!earlier) return true;
      } catch (error) {
        // An earlier update has attempts of its own, and ends among the dead letters if it must: this one only waits.
        if (!earlier || error instanceof Postpone) throw error;
        throw new Postpone(clock().getTime() + STEP_BACK_MS);
      }
    }
  };

  return {
    workThrough: async (userId, upTo) => {
      await workThrough(userId, upTo);
    },
    async handle(updateSeq) {
      let update = await mailbox.find(updateSeq);
      // Another handler may hold what is to be taken: then look again at what it left.
      while (update?.status === 'received') {
        if (await workThrough(update.userId, updateSeq)) return;
        update = await mailbox.find(updateSeq);
      }
      if (update?.status !== 'applied') return;
      await tell(update, update.outcome as Outcome, await findLearner(db, update.userId));
    },
  };
}
