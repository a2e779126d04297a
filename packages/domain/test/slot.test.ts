import { expect } from 'chai';
import { endOfLocalDate, localTimeOf, slotOn } from '../src/index.ts';

function slot(date: string, time: string, zone: string): string | undefined {
  return slotOn(date, time, zone)?.toISOString();
}

function end(date: string, zone: string): string {
  return endOfLocalDate(date, zone).toISOString();
}

describe('the slot of a local date', () => {
  it('is the instant at which the clock shows the time', () => {
    expect(slot('2026-11-21', '10:00', 'UTC')).to.equal('2026-11-21T10:00:00.000Z');
    expect(slot('2026-11-21', '10:00', 'Europe/Madrid')).to.equal('2026-11-21T09:00:00.000Z');
    expect(slot('2026-07-21', '10:00', 'Europe/Madrid')).to.equal('2026-07-21T08:00:00.000Z');
    expect(slot('2026-11-21', '00:30', 'Asia/Kathmandu')).to.equal('2026-11-20T18:45:00.000Z');
  });

  it('is the first instant after a jump over it', () => {
    expect(slot('2026-03-29', '02:30', 'Europe/Madrid')).to.equal('2026-03-29T01:00:00.000Z');
    expect(slot('2026-03-29', '03:00', 'Europe/Madrid')).to.equal('2026-03-29T01:00:00.000Z');
  });

  it('stays on the date when midnight itself is jumped over', () => {
    expect(slot('2026-04-24', '00:00', 'Africa/Cairo')).to.equal('2026-04-23T22:00:00.000Z');
    expect(slot('2026-04-24', '00:30', 'Africa/Cairo')).to.equal('2026-04-23T22:00:00.000Z');
    expect(slot('2026-03-29', '00:00', 'Asia/Beirut')).to.equal('2026-03-28T22:00:00.000Z');
    expect(slot('2026-09-06', '00:30', 'America/Santiago')).to.equal('2026-09-06T04:00:00.000Z');
  });

  it('is the last minute of the date when the jump goes from the evening to midnight', () => {
    const at = slotOn('2026-03-28', '23:30', 'America/Nuuk');
    expect(at?.toISOString()).to.equal('2026-03-29T00:59:00.000Z');
    expect(at && localTimeOf(at, 'America/Nuuk')).to.equal('22:59');
  });

  it('handles the half-hour jump of Lord Howe', () => {
    expect(slot('2026-10-04', '02:00', 'Australia/Lord_Howe')).to.equal('2026-10-03T15:30:00.000Z');
    expect(slot('2026-10-04', '02:30', 'Australia/Lord_Howe')).to.equal('2026-10-03T15:30:00.000Z');
    expect(slot('2026-04-05', '01:45', 'Australia/Lord_Howe')).to.equal('2026-04-04T14:45:00.000Z');
  });

  it('is the first of two when clocks go back', () => {
    expect(slot('2026-10-25', '02:30', 'Europe/Madrid')).to.equal('2026-10-25T00:30:00.000Z');
    expect(slot('2026-11-01', '00:30', 'America/Havana')).to.equal('2026-11-01T04:30:00.000Z');
  });

  it('follows Casablanca out of and into Ramadan', () => {
    expect(slot('2026-02-14', '10:00', 'Africa/Casablanca')).to.equal('2026-02-14T09:00:00.000Z');
    expect(slot('2026-02-15', '10:00', 'Africa/Casablanca')).to.equal('2026-02-15T10:00:00.000Z');
    expect(slot('2026-03-22', '02:15', 'Africa/Casablanca')).to.equal('2026-03-22T02:00:00.000Z');
  });

  it('is absent from a date that the zone skipped', () => {
    for (const time of ['00:00', '10:00', '23:59'])
      expect(slotOn('2011-12-30', time, 'Pacific/Apia')).to.equal(null);
    expect(slot('2011-12-29', '10:00', 'Pacific/Apia')).to.equal('2011-12-29T20:00:00.000Z');
    expect(slot('2011-12-31', '00:00', 'Pacific/Apia')).to.equal('2011-12-30T10:00:00.000Z');
  });

  it('throws a RangeError for an unknown zone or a malformed date or time', () => {
    expect(() => slotOn('2026-11-21', '10:00', 'Mars/Olympus')).to.throw(RangeError);
    expect(() => slotOn('2026-13-01', '10:00', 'UTC')).to.throw(RangeError);
    expect(() => slotOn('2026-11-21', '25:00', 'UTC')).to.throw(RangeError);
  });
});

describe('the end of a local date', () => {
  it('is the next midnight', () => {
    expect(end('2026-11-21', 'UTC')).to.equal('2026-11-22T00:00:00.000Z');
    expect(end('2026-12-31', 'Asia/Tokyo')).to.equal('2026-12-31T15:00:00.000Z');
  });

  it('is the jump when midnight is jumped over, and the jump to midnight', () => {
    expect(end('2026-04-23', 'Africa/Cairo')).to.equal('2026-04-23T22:00:00.000Z');
    expect(end('2026-03-28', 'America/Nuuk')).to.equal('2026-03-29T01:00:00.000Z');
  });

  it('includes the hour that comes twice before midnight', () => {
    expect(end('2026-10-29', 'Africa/Cairo')).to.equal('2026-10-29T22:00:00.000Z');
  });

  it('does not wait for a midnight that comes twice on the next date', () => {
    expect(end('2026-10-31', 'America/Havana')).to.equal('2026-11-01T04:00:00.000Z');
  });

  it('waits for the date to come back when clocks go back over midnight', () => {
    expect(end('2010-11-06', 'America/St_Johns')).to.equal('2010-11-07T03:30:00.000Z');
  });

  it('is the jump for a date that was skipped and for the one before', () => {
    expect(end('2011-12-29', 'Pacific/Apia')).to.equal('2011-12-30T10:00:00.000Z');
    expect(end('2011-12-30', 'Pacific/Apia')).to.equal('2011-12-30T10:00:00.000Z');
  });
});
