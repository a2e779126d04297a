import { expect } from 'chai';
import { Temporal } from 'temporal-polyfill';
import { addDays, type LocalDate, localDateOf, nextDelivery, slotOn } from '../src/index.ts';

const FROM: LocalDate = '2026-01-01';
const TO: LocalDate = '2027-12-31';
const HALF_HOURS = Array.from({ length: 48 }, (_, n) => {
  return `${String(Math.floor(n / 2)).padStart(2, '0')}:${n % 2 === 0 ? '00' : '30'}`;
});
const MONTHS = Array.from({ length: 24 }, (_, n) => {
  return `${2026 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`;
});

/** The local dates on which a zone's offset changes between FROM and TO. */
function changesIn(zone: string): LocalDate[] {
  const dates: LocalDate[] = [];
  let at = Temporal.PlainDate.from(FROM).toZonedDateTime(zone).getTimeZoneTransition('next');
  while (at !== null && at.toPlainDate().toString() <= TO) {
    dates.push(at.toPlainDate().toString());
    at = at.getTimeZoneTransition('next');
  }
  return dates;
}

/** Walks from slot to slot, as the scheduler does, and names the first date that is not there exactly once. */
function walk(zone: string, deliveryTime: string, from: LocalDate, to: LocalDate): string | null {
  let lastDailyDate = addDays(from, -1);
  let now = slotOn(lastDailyDate, deliveryTime, zone) ?? new Date(Number.NaN);
  while (lastDailyDate < to) {
    const due = nextDelivery({ timezone: zone, deliveryTime, lastDailyDate, owed: null, now });
    const expected = addDays(lastDailyDate, 1);
    const right = due.localDate === expected && due.at > now && localDateOf(due.at, zone) === expected;
    if (!right) return `${zone} ${deliveryTime}: ${expected} became ${due.localDate} ${due.at.toISOString()}`;
    lastDailyDate = due.localDate;
    now = due.at;
  }
  return null;
}

describe('every zone over two years', function () {
  this.timeout(60_000);
  const zones = Intl.supportedValuesOf('timeZone');

  it('has one slot for each date at every half hour around every change of offset', () => {
    const wrong = zones.flatMap((zone) =>
      changesIn(zone).flatMap((date) =>
        HALF_HOURS.map((time) => walk(zone, time, addDays(date, -2), addDays(date, 2))),
      ),
    );
    expect(wrong.length).to.be.greaterThan(100 * 2 * 48);
    expect(wrong.filter((problem) => problem !== null)).to.deep.equal([]);
  });

  it('has one slot for each date of the first week of every month', () => {
    const wrong = zones.flatMap((zone, z) =>
      MONTHS.map((month, m) => walk(zone, HALF_HOURS[(z + 11 * m) % 48] ?? '', `${month}-01`, `${month}-07`)),
    );
    expect(wrong.length).to.equal(zones.length * 24);
    expect(wrong.filter((problem) => problem !== null)).to.deep.equal([]);
  });
});
