/** A calendar date in some learner's zone, `YYYY-MM-DD`; sorts as text. */
export type LocalDate = string;

/** A wall clock time to the minute, `HH:MM`, 00:00 to 23:59. */
export type LocalTime = string;

const DAY_MS = 24 * 60 * 60 * 1000;

/** The date `n` days after `date` (before, when negative) in the calendar, whatever any zone makes of it. */
export function addDays(date: LocalDate, n: number): LocalDate {
  return new Date(Date.parse(date) + n * DAY_MS).toISOString().slice(0, 10);
}

/** Whether `x` is a time of the day, `HH:MM`. */
export function isLocalTime(x: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(x);
}
