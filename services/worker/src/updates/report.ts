import { createReport, findLatestShown, findShownQuestion } from '@rung/db';
import type { Callback } from '@rung/domain';
import type { Context } from './context.ts';
import { type Outcome, replyWith } from './outcome.ts';

type Report = Extract<Callback, { kind: 'report' }>;

/** /report: asks what is wrong with the question that the learner was shown last. */
export async function reportLatest({ tx, learner }: Context): Promise<Outcome> {
  const latest = await findLatestShown(tx, learner.userId);
  if (latest === null) return replyWith({ kind: 'nothing_to_report' });
  return replyWith({ kind: 'ask_report', deliveryId: latest.deliveryId, text: latest.text });
}

/** *Report* under a question asks for the reason in a message of its own; a reason takes the place of that message. */
export async function reportTap(context: Context, { deliveryId, reason }: Report): Promise<Outcome> {
  const { tx, learner, event, now } = context;
  const shown = await findShownQuestion(tx, deliveryId);
  if (shown === null || shown.userId !== learner.userId) return { kind: 'notice', notice: 'not_yours' };
  if (reason === null) return replyWith({ kind: 'ask_report', deliveryId, text: shown.text });
  const report = await createReport(tx, { userId: learner.userId, deliveryId, reason, at: now });
  return {
    kind: 'reply',
    reply: { kind: 'reported', already: report === 'already' },
    replaces: event.kind === 'tap' ? event.messageId : null,
    notice: null,
  };
}
