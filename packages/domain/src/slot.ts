import { Temporal } from 'temporal-polyfill';
import { addDays, type LocalDate, type LocalTime } from './localDate.ts';
import { localDateOf } from './zone.ts';

const MINUTE_MS = 60_000;

/**
 * The instant at which a clock in `zone` shows `time` on `date`; null when that zone skips the whole date.
 * Where clocks go back and show it twice, the first; where they jump over it, the first instant after the
 * jump, or the last minute before when the jump ends on the next date, so that each date that exists has its
 * slot. Throws RangeError when an argument is malformed or the zone unknown.
 */
export function slotOn(date: LocalDate, time: LocalTime, zone: string): Date | null {
  const reading = new Date(`${date}T${time}Z`);
  const first = resolve(reading, zone, 'earlier');
  if (shows(first, reading)) return new Date(first.epochMilliseconds);
  const jump = transitionAfter(first);
  if (localDateOf(jump, zone) === date) return jump;
  const lastMinute = new Date(jump.getTime() - MINUTE_MS);
  return localDateOf(lastMinute, zone) === date ? lastMinute : null;
}

/**
 * The instant at which `date` is over for good in `zone`; for a date that the zone skips, the jump over it.
 * Throws RangeError when the date is malformed or the zone unknown.
 */
export function endOfLocalDate(date: LocalDate, zone: string): Date {
  const midnight = new Date(addDays(date, 1));
  const first = resolve(midnight, zone, 'earlier');
  if (!shows(first, midnight)) return transitionAfter(first);
  const last = new Date(resolve(midnight, zone, 'later').epochMilliseconds);
  // Clocks that go back over midnight bring the date back; those that go back to midnight do not.
  const dateCameBack = localDateOf(new Date(last.getTime() - 1), zone) === date;
  return dateCameBack ? last : new Date(first.epochMilliseconds);
}

/** A reading of the clock on the wall, written as if it were UTC, as an instant of the zone. */
function resolve(reading: Date, zone: string, disambiguation: 'earlier' | 'later'): Temporal.ZonedDateTime {
  return new Temporal.PlainDateTime(
    reading.getUTCFullYear(),
    reading.getUTCMonth() + 1,
    reading.getUTCDate(),
    reading.getUTCHours(),
    reading.getUTCMinutes(),
  ).toZonedDateTime(zone, { disambiguation });
}

function shows(zoned: Temporal.ZonedDateTime, reading: Date): boolean {
  return zoned.epochMilliseconds + zoned.offsetNanoseconds / 1e6 === reading.getTime();
}

function transitionAfter(zoned: Temporal.ZonedDateTime): Date {
  const transition = zoned.getTimeZoneTransition('next');
  if (transition === null) throw new RangeError(`no change of offset after ${zoned.toString()}`);
  return new Date(transition.epochMilliseconds);
}
