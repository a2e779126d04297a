import { type ExpiredDay, findShownQuestion, gradeDaily, type ShownQuestion, standingOf } from '@rung/db';
import { type Callback, canMove, positionOf } from '@rung/domain';
import type { FeedbackView, Notice } from '@rung/messages';
import type { Context } from './context.ts';
import { nextAtOf } from './context.ts';
import type { Event } from './event.ts';
import type { Outcome } from './outcome.ts';

type Tap = Extract<Event, { kind: 'tap' }>;
type Answer = Extract<Callback, { kind: 'answer' }>;

/**
 * Grades a tap on a question. Only the first tap on the learner's own open delivery counts; everything else is a
 * notice. `days` are the missed days that expired just before.
 */
export async function answer(
  context: Context<Tap>,
  tap: Answer,
  days: readonly ExpiredDay[],
): Promise<Outcome> {
  const { tx, learner, event, now, policy } = context;
  const shown = await findShownQuestion(tx, tap.deliveryId);
  const refusal = refusalOf(shown, learner.userId, now);
  if (shown === null || refusal !== null) return { kind: 'notice', notice: refusal ?? 'not_yours' };
  const graded = await gradeDaily(
    tx,
    learner,
    standingOf(learner),
    shown,
    { position: tap.position, receivedAt: now, messageId: event.messageId },
    policy,
  );
  const feedback: FeedbackView = {
    ...viewOf(shown),
    chosen: tap.position,
    correct: positionOf(shown.order, shown.correctIndex),
    explanation: shown.explanation,
    streakBefore: days[0]?.outcome.streakBefore ?? graded.outcome.streakBefore,
    streakAfter: graded.standing.streak,
    bestStreak: graded.standing.bestStreak,
    levelBefore: days[0]?.outcome.levelBefore ?? graded.outcome.levelBefore,
    levelAfter: graded.standing.level,
    consecutiveCorrect: graded.standing.consecutiveCorrect,
    freezes: graded.standing.freezes,
    freezeEarned: graded.outcome.freezeEarned,
    missedDays: days.filter((day) => day.outcome.reason !== 'paused').length,
    freezesUsed: days.filter((day) => day.outcome.reason === 'freeze_used').length,
    totalAnswered: graded.totalAnswered,
    totalCorrect: graded.totalCorrect,
    nextAt: nextAtOf(learner, now),
    timezone: learner.timezone,
  };
  return { kind: 'graded', messageId: event.messageId ?? shown.messageId, feedback };
}

function refusalOf(shown: ShownQuestion | null, userId: string, now: Date): Notice | null {
  if (shown === null || shown.userId !== userId) return 'not_yours';
  if (shown.state === 'answered' || shown.state === 'feedback_delivered') return 'answered_already';
  return canMove(shown.state, 'answered') && shown.expiresAt > now ? null : 'expired';
}

/** The question as the learner saw it: options in the order of this delivery. */
export function viewOf(shown: ShownQuestion) {
  return {
    deliveryId: shown.id,
    topic: shown.topic,
    level: shown.level,
    text: shown.text,
    options: shown.order.map((index) => shown.options[index] ?? ''),
  };
}
