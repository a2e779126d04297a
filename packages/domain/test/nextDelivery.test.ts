import { expect } from 'chai';
import { type DueDaily, nextDelivery } from '../src/index.ts';

interface Given {
  zone?: string;
  time?: string;
  last?: string | null;
  owed?: [at: string, localDate: string];
}

function next(
  now: string,
  { zone = 'UTC', time = '10:00', last = null, owed }: Given = {},
): [string, string] {
  const due: DueDaily = nextDelivery({
    timezone: zone,
    deliveryTime: time,
    lastDailyDate: last,
    owed: owed === undefined ? null : { at: new Date(owed[0]), localDate: owed[1] },
    now: new Date(now),
  });
  return [due.at.toISOString().replace(':00.000Z', 'Z'), due.localDate];
}

describe('the next delivery', () => {
  it("is today's slot while it is to come", () => {
    expect(next('2026-11-21T09:59:59Z')).to.deep.equal(['2026-11-21T10:00Z', '2026-11-21']);
  });

  it("is tomorrow's slot once today's has come", () => {
    expect(next('2026-11-21T10:00:00Z')).to.deep.equal(['2026-11-22T10:00Z', '2026-11-22']);
  });

  it('is on the day after the latest daily, though its slot is to come once more', () => {
    const given = { last: '2026-11-21' };
    expect(next('2026-11-21T09:00:00Z', given)).to.deep.equal(['2026-11-22T10:00Z', '2026-11-22']);
  });

  it('waits for the calendar when the latest daily was dated ahead in another zone', () => {
    const given = { zone: 'Pacific/Honolulu', last: '2026-11-22' };
    expect(next('2026-11-21T12:00:00Z', given)).to.deep.equal(['2026-11-23T20:00Z', '2026-11-23']);
  });

  it('passes over a date that the zone skipped', () => {
    const given = { zone: 'Pacific/Apia', last: '2011-12-29' };
    expect(next('2011-12-29T20:00:00Z', given)).to.deep.equal(['2011-12-30T20:00Z', '2011-12-31']);
  });

  it('loses no date when clocks go back over midnight past its slot', () => {
    const given = { zone: 'America/St_Johns', time: '00:00', last: '2010-11-06' };
    expect(next('2010-11-07T03:00:00Z', given)).to.deep.equal(['2010-11-07T03:30Z', '2010-11-07']);
  });
});

describe('the next delivery after a change of settings', () => {
  const owed: [string, string] = ['2026-11-21T10:00:00Z', '2026-11-21'];

  it('keeps its old time today when the new time has passed', () => {
    const given = { time: '08:00', last: '2026-11-20', owed };
    expect(next('2026-11-21T09:00:00Z', given)).to.deep.equal(['2026-11-21T10:00Z', '2026-11-21']);
  });

  it('comes at the new time when that is still to come', () => {
    const given = { time: '18:00', last: '2026-11-20', owed };
    expect(next('2026-11-21T09:00:00Z', given)).to.deep.equal(['2026-11-21T18:00Z', '2026-11-21']);
  });

  it("comes at once when its old time is on another date of the new zone and today's slot has passed", () => {
    const given: Given = {
      zone: 'Pacific/Auckland',
      last: '2026-11-20',
      owed: ['2026-11-21T12:00:00Z', '2026-11-21'],
    };
    expect(next('2026-11-21T09:00:00Z', given)).to.deep.equal(['2026-11-21T09:00Z', '2026-11-21']);
  });

  it('comes at once when it was overdue', () => {
    const given = { time: '08:00', last: '2026-11-20', owed };
    expect(next('2026-11-21T10:20:00Z', given)).to.deep.equal(['2026-11-21T10:20Z', '2026-11-21']);
  });

  it("does not come again today when today's was sent", () => {
    const given: Given = { time: '18:00', last: '2026-11-21', owed: ['2026-11-22T10:00:00Z', '2026-11-22'] };
    expect(next('2026-11-21T12:00:00Z', given)).to.deep.equal(['2026-11-22T18:00Z', '2026-11-22']);
  });

  it("does not hurry a question of tomorrow because today's new slot has passed", () => {
    const given: Given = { time: '08:00', last: '2026-11-19', owed: ['2026-11-22T10:00:00Z', '2026-11-22'] };
    expect(next('2026-11-21T12:00:00Z', given)).to.deep.equal(['2026-11-22T08:00Z', '2026-11-22']);
  });
});
