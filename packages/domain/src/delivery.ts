/** What a delivery is for: the one question of a day, or practice. */
export type DeliveryKind = 'daily' | 'practice';

const MOVES = {
  pending: ['sent', 'blocked', 'failed', 'expired'],
  sent: ['answered', 'expired'],
  answered: ['feedback_delivered'],
  feedback_delivered: [],
  expired: [],
  // A day's question that never arrived may be asked for again once the cause is gone.
  blocked: ['pending'],
  failed: ['pending'],
} as const;

/**
 * Where a delivery is on its way from `pending` (decided, not sent) to `feedback_delivered` or an earlier
 * end.
 */
export type DeliveryState = keyof typeof MOVES;

/** Whether a delivery in state `from` may go to state `to` in one step. */
export function canMove(from: DeliveryState, to: DeliveryState): boolean {
  const targets: readonly DeliveryState[] = MOVES[from];
  return targets.includes(to);
}

/** Throws an Error that names both states unless a delivery may go from one to the other in one step. */
export function assertMove(from: DeliveryState, to: DeliveryState): void {
  if (!canMove(from, to)) throw new Error(`a delivery cannot go from ${from} to ${to}`);
}

/** Whether a delivery in this state stays in it for ever. */
export function isTerminal(state: DeliveryState): boolean {
  return MOVES[state].length === 0;
}

/**
 * Whether a delivery in this state may still come to be answered: it is to be sent, or sent and unanswered.
 */
export function isOpen(state: DeliveryState): boolean {
  return state === 'pending' || state === 'sent';
}
