/** What a delivery is for: the one question of a day, or practice. */
export type DeliveryKind = 'daily' | 'practice';

const MOVES = {
  // A tap proves a sending that nobody lived to record, or that seemed to have failed.
  pending: ['sent', 'answered', 'blocked', 'failed', 'expired'],
  sent: ['answered', 'expired'],
  answered: ['feedback_delivered'],
  feedback_delivered: [],
  // A day's question that never arrived may be asked for again once the cause is gone.
  expired: ['pending'],
  blocked: ['pending'],
  failed: ['pending', 'answered'],
} as const;

/**
 * Where a delivery is on its way from `pending` (decided, not sent) to `feedback_delivered` or an earlier
 * end. The stores keep to these moves in the WHERE of each UPDATE.
 */
export type DeliveryState = keyof typeof MOVES;

/** Whether a delivery in state `from` may go to state `to` in one step. */
export function canMove(from: DeliveryState, to: DeliveryState): boolean {
  const targets: readonly DeliveryState[] = MOVES[from];
  return targets.includes(to);
}
