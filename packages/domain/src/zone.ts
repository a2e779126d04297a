import { Temporal } from 'temporal-polyfill';
import type { LocalDate, LocalTime } from './localDate.ts';

/**
 * Whether `id` names an IANA time zone, old names included, in its usual spelling (`Europe/Madrid`, not
 * `europe/madrid`). Fixed offsets such as `+02:00` are none: they know nothing of daylight saving.
 */
export function isTimeZone(id: string): boolean {
  if (/^[+-]/.test(id)) return false;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(id).timeZoneId === id;
  } catch {
    return false;
  }
}

/**
 * The zone to reckon in for a learner who has chosen `id`: `id`, or UTC when it is unknown here. A zone that was good
 * when it was stored can be missing from the tz data of another machine, and its learner must not be.
 */
export function knownZone(id: string): string {
  return isTimeZone(id) ? id : 'UTC';
}

/**
 * The calendar date of an instant in a zone. Throws RangeError when the zone is unknown or the date
 * invalid.
 */
export function localDateOf(instant: Date, zone: string): LocalDate {
  return wallClock(instant, zone).slice(0, 10);
}

/** What a clock on the wall shows at an instant in a zone. Throws RangeError like `localDateOf`. */
export function localTimeOf(instant: Date, zone: string): LocalTime {
  return wallClock(instant, zone).slice(11, 16);
}

function wallClock(instant: Date, zone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);
  return new Date(instant.getTime() + zoned.offsetNanoseconds / 1e6).toISOString();
}
