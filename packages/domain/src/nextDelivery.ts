import { addDays, type LocalDate, type LocalTime } from './localDate.ts';
import { endOfLocalDate, slotOn } from './slot.ts';
import { localDateOf } from './zone.ts';

/** A daily question to come: when, and for which local date. */
export interface DueDaily {
  readonly at: Date;
  readonly localDate: LocalDate;
}

/** What decides when a learner's next daily question comes. */
export interface Schedule {
  readonly timezone: string;
  readonly deliveryTime: LocalTime;
  /** The local date of the latest daily delivery, whatever became of it; null when there was none. */
  readonly lastDailyDate: LocalDate | null;
  /**
   * After a change of zone or time: the daily that was still to come, with the local date that it had under
   * the old settings, so that the change cannot lose it. Null for the plain next one.
   */
  readonly owed: DueDaily | null;
  /**
   * The clock at a change of settings. After a slot has been decided, that slot: one that has passed since,
   * as in an outage, is then due at once rather than skipped.
   */
  readonly now: Date;
}

/**
 * The next daily question of a learner: its local date is later than `lastDailyDate`, and its instant, never
 * before `now`, falls on that date in the learner's zone. Throws RangeError when the zone is unknown.
 */
export function nextDelivery(schedule: Schedule): DueDaily {
  const { timezone, deliveryTime, lastDailyDate, owed, now } = schedule;
  const today = localDateOf(now, timezone);
  if (lastDailyDate !== null && lastDailyDate >= today) {
    return nextSlot(addDays(lastDailyDate, 1), deliveryTime, timezone, now, today);
  }
  const slot = slotOn(today, deliveryTime, timezone);
  if (slot !== null && slot > now) return { at: slot, localDate: today };
  if (owed !== null && owed.localDate <= today) {
    const keepsItsTime = owed.at > now && localDateOf(owed.at, timezone) === today;
    return { at: keepsItsTime ? owed.at : now, localDate: today };
  }
  return nextSlot(addDays(today, 1), deliveryTime, timezone, now, today);
}

/** The slot of the first date from `from`, which is later than `today`, that the zone does not skip. */
function nextSlot(from: LocalDate, time: LocalTime, zone: string, now: Date, today: LocalDate): DueDaily {
  let localDate = from;
  let slot = slotOn(localDate, time, zone);
  while (slot === null) {
    localDate = addDays(localDate, 1);
    slot = slotOn(localDate, time, zone);
  }
  // Clocks that go back over midnight have shown a part of the next date already, perhaps with its slot.
  return { at: slot > now ? slot : endOfLocalDate(today, zone), localDate };
}
