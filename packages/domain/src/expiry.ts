import type { LocalDate } from './localDate.ts';
import { defaultPolicy, type Policy } from './policy.ts';
import { endOfLocalDate } from './slot.ts';

/**
 * When a daily delivery expires: at the end of its local date, but not before it has been open for the
 * policy's least time, counted from its slot or from its sending when that was later. `sentAt` is null
 * before it is sent.
 */
export function expiryOf(
  delivery: {
    readonly localDate: LocalDate;
    readonly timezone: string;
    readonly slotAt: Date;
    readonly sentAt: Date | null;
  },
  policy: Policy = defaultPolicy,
): Date {
  const { localDate, timezone, slotAt, sentAt } = delivery;
  const openFrom = Math.max(slotAt.getTime(), sentAt?.getTime() ?? slotAt.getTime());
  return new Date(Math.max(endOfLocalDate(localDate, timezone).getTime(), openFrom + policy.minimumOpenMs));
}
