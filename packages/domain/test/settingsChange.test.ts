import { expect } from 'chai';
import fc from 'fast-check';
import { addDays, type DueDaily, localDateOf, nextDelivery } from '../src/index.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-03-20T00:00:00Z');
const ZONES = [
  'UTC',
  'Europe/Madrid',
  'Africa/Cairo',
  'Asia/Beirut',
  'America/Nuuk',
  'America/Havana',
  'America/St_Johns',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Asia/Kathmandu',
];

const zone = fc.constantFrom(...ZONES);
const time = fc
  .integer({ min: 0, max: 95 })
  .map((n) => `${String(Math.floor(n / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`);
const settings = fc.record({ zone, time });
const changes = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 40 * HOUR_MS }), zone, time }), {
  maxLength: 12,
});

class Learner {
  readonly received: DueDaily[] = [];
  zone: string;
  time: string;
  last: string | null = null;
  pending: DueDaily;

  constructor(first: { zone: string; time: string }, now: Date) {
    this.zone = first.zone;
    this.time = first.time;
    this.pending = this.next(now, null);
  }

  private next(now: Date, owed: DueDaily | null): DueDaily {
    return nextDelivery({
      timezone: this.zone,
      deliveryTime: this.time,
      lastDailyDate: this.last,
      owed,
      now,
    });
  }

  deliverUntil(now: Date): void {
    while (this.pending.at <= now) {
      const due = this.pending;
      expect(localDateOf(due.at, this.zone)).to.equal(due.localDate);
      this.received.push(due);
      this.last = due.localDate;
      this.pending = this.next(due.at, null);
      expect(this.pending.at.getTime()).to.be.greaterThan(due.at.getTime());
    }
  }

  change(to: { zone: string; time: string }, now: Date): void {
    const before = this.pending;
    this.zone = to.zone;
    this.time = to.time;
    this.pending = this.next(now, before);
    const today = localDateOf(now, this.zone);
    const inTime = [before.localDate, today].some((date) => this.pending.localDate <= date);
    expect(inTime, 'the daily still to come was put off').to.equal(true);
    expect(this.pending.at.getTime()).to.be.at.least(now.getTime());
  }
}

describe('changes of zone and delivery time at any moment', () => {
  it('never give two questions for a local date and never put off one that is still to come', () => {
    fc.assert(
      fc.property(settings, changes, (first, list) => {
        let now = START;
        const learner = new Learner(first, new Date(now));
        for (const change of list) {
          now += change.afterMs;
          learner.deliverUntil(new Date(now));
          learner.change(change, new Date(now));
        }
        learner.deliverUntil(new Date(now + 72 * HOUR_MS));
        const dates = learner.received.map(({ localDate }) => localDate);
        expect(dates).to.deep.equal([...new Set(dates)].sort());
      }),
      { numRuns: 300 },
    );
  });

  it('give exactly one question for each date when only the time changes', () => {
    fc.assert(
      fc.property(settings, changes, (first, list) => {
        let now = START;
        const learner = new Learner(first, new Date(now));
        for (const change of list) {
          now += change.afterMs;
          learner.deliverUntil(new Date(now));
          learner.change({ zone: first.zone, time: change.time }, new Date(now));
        }
        learner.deliverUntil(new Date(now + 72 * HOUR_MS));
        const dates = learner.received.map(({ localDate }) => localDate);
        expect(dates).to.deep.equal(dates.map((_, day) => addDays(dates[0] ?? '', day)));
        expect(dates.length).to.be.at.least(2);
      }),
      { numRuns: 300 },
    );
  });

  it('change nothing when they set what was set before', () => {
    fc.assert(
      fc.property(settings, fc.nat(48 * HOUR_MS), (same, afterMs) => {
        const learner = new Learner(same, new Date(START));
        const now = new Date(START + afterMs);
        learner.deliverUntil(now);
        const before = learner.pending;
        learner.change(same, now);
        expect(learner.pending).to.deep.equal(before);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a clock that is stepped by an hour either way', () => {
  it('still gives one question for each date', () => {
    const steps = fc.array(fc.integer({ min: -HOUR_MS, max: HOUR_MS }), { minLength: 10, maxLength: 20 });
    fc.assert(
      fc.property(settings, steps, (first, list) => {
        let last: string | null = null;
        let now = new Date(START);
        for (const step of list) {
          const due: DueDaily = nextDelivery({
            timezone: first.zone,
            deliveryTime: first.time,
            lastDailyDate: last,
            owed: null,
            now,
          });
          if (last !== null) expect(due.localDate).to.equal(addDays(last, 1));
          last = due.localDate;
          now = new Date(due.at.getTime() + step);
        }
      }),
      { numRuns: 300 },
    );
  });
});
