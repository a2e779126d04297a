import { expect } from 'chai';
import fc from 'fast-check';
import { makeLearnerLimit } from '../src/learnerLimit.ts';

describe("a learner's limit", () => {
  const open = () => makeLearnerLimit({ burst: 20, everyMs: 1_000 });
  const takes = (limit: ReturnType<typeof open>, count: number, now: number, userId = '1') =>
    Array.from({ length: count }, () => limit.take(userId, now)).filter((taken) => taken).length;

  it('lets a burst of 20 through, and then one a second', () => {
    const limit = open();
    expect(takes(limit, 30, 0)).to.equal(20);
    expect(takes(limit, 5, 999)).to.equal(0);
    expect(takes(limit, 5, 1_000)).to.equal(1);
    expect(takes(limit, 30, 6_000)).to.equal(5);
  });

  it('lets the next burst through after 20 quiet seconds, and no larger one after an hour', () => {
    const limit = open();
    takes(limit, 20, 0);
    expect(takes(limit, 30, 20_000)).to.equal(20);
    expect(takes(limit, 30, 3_600_000)).to.equal(20);
  });

  it('leaves other learners alone', () => {
    const limit = open();
    takes(limit, 100, 0, '1');
    expect(takes(limit, 30, 0, '2')).to.equal(20);
  });

  it('does not count what is given back', () => {
    const limit = open();
    takes(limit, 20, 0);
    limit.giveBack('1');
    expect(takes(limit, 5, 0)).to.equal(1);
  });

  it('lets through what a bucket that is filled up once a second would', () => {
    const gaps = fc.array(fc.nat(15), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(gaps, (seconds) => {
        const limit = open();
        let [bucket, now] = [20, 0];
        for (const gap of seconds) {
          now += gap * 1_000;
          bucket = Math.min(20, bucket + gap);
          const allowed = bucket >= 1;
          expect(limit.take('1', now)).to.equal(allowed);
          if (allowed) bucket -= 1;
        }
      }),
    );
  });
});
