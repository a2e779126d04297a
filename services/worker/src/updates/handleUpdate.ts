import {
  type Database,
  findLearner,
  type MailboxStore,
  type MailboxUpdate,
  markFeedbackDelivered,
  type Taken,
} from '@rung/db';
import type { Policy } from '@rung/domain';
import { Postpone } from '@rung/jobs';
import type { Tracing } from '@rung/platform';
import { applyUpdate } from './apply.ts';
import type { Outcome } from './outcome.ts';
import type { Say } from './say.ts';
import { traceApply, traceSay } from './tracing.ts';

export interface HandleUpdateOptions {
  readonly db: Database;
  readonly mailbox: MailboxStore;
  readonly say: Say;
  readonly policy: Policy;
  readonly clock: () => Date;
  /** Told of each effect that was committed here, once. */
  readonly onApplied: (update: MailboxUpdate, outcome: Outcome) => void;
  readonly tracing: Tracing;
}

/** Works through one learner's mailbox. */
export interface UpdateHandler {
  /** Does one update of the inbox, after every earlier one of the same learner; nothing when it is done already. */
  handle(updateSeq: string): Promise<void>;
  /** Applies everything of the learner up to and including `upTo`; what each left to be said is left to its own job. */
  workThrough(userId: string, upTo: string): Promise<void>;
}

/** How long a job steps back while an earlier update of the same learner is in trouble. */
const STEP_BACK_MS = 2_000;

export function makeUpdateHandler(options: HandleUpdateOptions): UpdateHandler {
  const { db, mailbox, policy, clock, onApplied, tracing } = options;
  const say = traceSay(tracing, options.say);
  const apply = traceApply(tracing, applyUpdate);

  const tell = async (
    update: MailboxUpdate,
    outcome: Outcome,
    learner: Parameters<Say>[2],
  ): Promise<void> => {
    await say(update, outcome, learner);
    if (outcome.kind === 'graded') await markFeedbackDelivered(db, outcome.feedback.deliveryId);
    await mailbox.markDone(update.seq);
  };

  /**
   * Applies, oldest first, what comes before `upTo`, and then that. It only applies: a job that also told what others'
   * jobs are about to tell would say it twice. Resolves to `upTo` if it was applied here. `isOwn` says which updates
   * the job that runs is about.
   */
  const applyUpTo = async (
    userId: string,
    upTo: string,
    isOwn: (update: MailboxUpdate) => boolean,
  ): Promise<Taken> => {
    for (;;) {
      let others = false;
      try {
        const taken = await mailbox.takeUpTo({ userId, upTo }, (tx, learner, update) => {
          others = !isOwn(update);
          return apply(tx, learner, update, policy);
        });
        if (taken === null) return null;
        onApplied(taken.update, taken.update.outcome as Outcome);
        if (taken.update.seq === upTo) return taken;
      } catch (error) {
        // Another job's update has attempts of its own, and ends among the dead letters if it must: this one only waits.
        throw others ? new Postpone(clock().getTime() + STEP_BACK_MS) : error;
      }
    }
  };

  return {
    workThrough: async (userId, upTo) => {
      await applyUpTo(userId, upTo, () => false);
    },
    async handle(updateSeq) {
      let update = await mailbox.find(updateSeq);
      // Another handler may hold what is to be taken: then look again at what it left.
      while (update?.status === 'received') {
        const taken = await applyUpTo(update.userId, updateSeq, ({ seq }) => seq === updateSeq);
        if (taken !== null) return tell(taken.update, taken.update.outcome as Outcome, taken.learner);
        update = await mailbox.find(updateSeq);
      }
      if (update?.status !== 'applied') return;
      await tell(update, update.outcome as Outcome, await findLearner(db, update.userId));
    },
  };
}
