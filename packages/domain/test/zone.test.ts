import { expect } from 'chai';
import { addDays, isLocalTime, isTimeZone, knownZone, localDateOf, localTimeOf } from '../src/index.ts';

describe('time zones and local dates', () => {
  it('knows every zone of the machine and the old names that people still use', () => {
    const old = ['UTC', 'US/Eastern', 'Asia/Calcutta', 'Europe/Kiev', 'EST5EDT', 'Etc/GMT+5', 'NZ-CHAT'];
    const unknown = [...Intl.supportedValuesOf('timeZone'), ...old].filter((id) => !isTimeZone(id));
    expect(unknown).to.deep.equal([]);
  });

  it('refuses what is no zone, an offset, another spelling, or more than a zone', () => {
    const others = [
      '',
      ' UTC',
      'Mars/Olympus',
      '+02:00',
      '-03',
      'europe/madrid',
      '2026-01-01T00:00[UTC]',
      'UTC\n',
    ];
    expect(others.filter(isTimeZone)).to.deep.equal([]);
  });

  it('reckons by UTC in place of a zone that it does not know', () => {
    expect(['Europe/Madrid', 'Asia/Calcutta', 'Mars/Olympus', '', '+02:00'].map(knownZone)).to.deep.equal([
      'Europe/Madrid',
      'Asia/Calcutta',
      'UTC',
      'UTC',
      'UTC',
    ]);
  });

  it('reads date and time of an instant in a zone', () => {
    const instant = new Date('2026-11-21T23:30:59.999Z');
    expect(localDateOf(instant, 'Europe/Madrid')).to.equal('2026-11-22');
    expect(localTimeOf(instant, 'Europe/Madrid')).to.equal('00:30');
    expect(localDateOf(instant, 'America/New_York')).to.equal('2026-11-21');
    expect(localTimeOf(instant, 'Asia/Kathmandu')).to.equal('05:15');
    expect(localDateOf(new Date('1969-12-31T23:59:59.999Z'), 'UTC')).to.equal('1969-12-31');
  });

  it('agrees with the calendar of Intl in every zone', () => {
    const instants = ['2026-02-28T23:59:59.999Z', '2027-07-01T10:15:00Z'].map((text) => new Date(text));
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const calendar = new Intl.DateTimeFormat('sv-SE', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'short',
      });
      for (const instant of instants) {
        const ours = `${localDateOf(instant, zone)} ${localTimeOf(instant, zone)}`;
        expect(ours, zone).to.equal(calendar.format(instant));
      }
    }
  });

  it('throws a RangeError for an unknown zone and for an invalid date', () => {
    expect(() => localDateOf(new Date(0), 'Mars/Olympus')).to.throw(RangeError);
    expect(() => localDateOf(new Date(Number.NaN), 'UTC')).to.throw(RangeError);
    expect(() => addDays('soon', 1)).to.throw(RangeError);
  });

  it('counts days over months, leap days and years, both ways', () => {
    expect(addDays('2026-12-31', 1)).to.equal('2027-01-01');
    expect(addDays('2028-02-28', 1)).to.equal('2028-02-29');
    expect(addDays('2026-03-01', -1)).to.equal('2026-02-28');
    expect(addDays('2026-03-29', 365)).to.equal('2027-03-29');
  });

  it('accepts times of the day only', () => {
    expect(['00:00', '09:05', '19:30', '23:59'].every(isLocalTime)).to.equal(true);
    expect(['24:00', '9:05', '10:60', '1000', '10:00:00', '10:00\n', ''].some(isLocalTime)).to.equal(false);
  });
});
