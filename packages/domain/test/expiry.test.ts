import { expect } from 'chai';
import { defaultPolicy, expiryOf } from '../src/index.ts';

function expiry(slotAt: string, sentAt: string | null, timezone = 'UTC'): string {
  return expiryOf({
    localDate: '2026-11-21',
    timezone,
    slotAt: new Date(slotAt),
    sentAt: sentAt === null ? null : new Date(sentAt),
  }).toISOString();
}

describe('the expiry of a daily delivery', () => {
  it('is the end of its local date', () => {
    expect(expiry('2026-11-21T10:00:00Z', null)).to.equal('2026-11-22T00:00:00.000Z');
    expect(expiry('2026-11-21T09:00:00Z', null, 'Europe/Madrid')).to.equal('2026-11-21T23:00:00.000Z');
  });

  it('is six hours after a slot late in the day', () => {
    expect(expiry('2026-11-21T22:00:00Z', null)).to.equal('2026-11-22T04:00:00.000Z');
  });

  it('is six hours after the sending when that was late', () => {
    expect(expiry('2026-11-21T17:00:00Z', '2026-11-21T20:00:00Z')).to.equal('2026-11-22T02:00:00.000Z');
  });

  it('counts from the slot when the sending was early', () => {
    expect(expiry('2026-11-21T22:00:00Z', '2026-11-21T12:00:00Z')).to.equal('2026-11-22T04:00:00.000Z');
  });

  it('takes the least time open from the policy', () => {
    const delivery = {
      localDate: '2026-11-21',
      timezone: 'UTC',
      slotAt: new Date('2026-11-21T22:00:00Z'),
      sentAt: null,
    };
    const policy = { ...defaultPolicy, minimumOpenMs: 60_000 };
    expect(expiryOf(delivery, policy).toISOString()).to.equal('2026-11-22T00:00:00.000Z');
  });
});
