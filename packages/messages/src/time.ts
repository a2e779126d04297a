import { FluentDateTime } from '@fluent/bundle';
import { localDateOf, localTimeOf } from '@rung/domain';
import type { Catalogue } from './catalogue.ts';
import { escapeHtml, type Html } from './html.ts';

/** An instant (ISO 8601) in the learner's own time: weekday, date, time and zone. */
function momentIn(catalogue: Catalogue, instant: string, zone: string): Html {
  return catalogue.html('moment', { at: wallClock(instant, zone), zone: escapeHtml(zone) });
}

/** The learner's own date of an instant (ISO 8601), with its weekday. */
export function dayIn(catalogue: Catalogue, instant: string, zone: string): Html {
  return catalogue.html('day', { at: wallClock(instant, zone) });
}

/** The line that says when the next question comes; no line when none is planned. */
export function nextLines(catalogue: Catalogue, nextAt: string | null, zone: string): Html[] {
  return nextAt === null ? [] : [catalogue.html('next', { when: momentIn(catalogue, nextAt, zone) })];
}

/** What the learner's clock shows, written as if it were UTC, so that one formatter serves every zone. */
function wallClock(instant: string, zone: string): FluentDateTime {
  const at = new Date(instant);
  const reading = Date.parse(`${localDateOf(at, zone)}T${localTimeOf(at, zone)}Z`);
  return new FluentDateTime(reading, { timeZone: 'UTC', hourCycle: 'h23' });
}
