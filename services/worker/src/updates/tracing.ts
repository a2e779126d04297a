import { type SpanAttributes, type Tracing, updateSubject } from '@rung/platform';
import type { applyUpdate } from './apply.ts';
import type { Outcome } from './outcome.ts';
import type { Say } from './say.ts';

type Apply = typeof applyUpdate;

/**
 * The same decision; with tracing it is a span of the update that is decided, even when the job of a later update of the
 * learner does it.
 */
export function traceApply(tracing: Tracing, apply: Apply): Apply {
  if (!tracing.on) return apply;
  return (tx, learner, update, policy) => {
    const name = update.job === 'answer.grade' ? 'grade' : 'apply';
    const attributes = { 'rung.update.seq': update.seq };
    return tracing.run(
      updateSubject(update.botId, update.updateId),
      name,
      { attributes },
      async (describe) => {
        const outcome = await apply(tx, learner, update, policy);
        describe(attributesOf(outcome));
        return outcome;
      },
    );
  };
}

/** The same saying; with tracing its span is the feedback that a learner sees, or whatever else is said. */
export function traceSay(tracing: Tracing, say: Say): Say {
  if (!tracing.on) return say;
  return (update, outcome, learner) => {
    const name = outcome.kind === 'graded' ? 'feedback' : 'reply';
    return tracing.step(name, { attributes: attributesOf(outcome) }, () => say(update, outcome, learner));
  };
}

function attributesOf(outcome: Outcome): SpanAttributes {
  const kind = { 'rung.outcome': outcome.kind };
  if (outcome.kind === 'graded') return { ...kind, 'rung.delivery.id': outcome.feedback.deliveryId };
  return outcome.kind === 'deliver' ? { ...kind, 'rung.delivery.id': outcome.deliveryId } : kind;
}
