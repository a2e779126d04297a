import { expect } from 'chai';
import { afterFirstAttempt, defaultPolicy, type PoolEntry } from '../src/index.ts';

function after(entry: PoolEntry | null, ...answers: boolean[]): PoolEntry | null {
  return answers.reduce<PoolEntry | null>(
    (held, correct) => afterFirstAttempt(held, correct, defaultPolicy),
    entry,
  );
}

describe('the wrong pool', () => {
  it('takes in a question at its first miss, with two tries', () => {
    expect(after(null, false)).to.deep.equal({ remainingTries: 2 });
  });

  it('leaves out a question that was right', () => {
    expect(after(null, true)).to.equal(null);
  });

  it('counts down with each correct first attempt until the question is mastered', () => {
    expect(after(null, false, true)).to.deep.equal({ remainingTries: 1 });
    expect(after(null, false, true, true)).to.equal(null);
  });

  it('goes back to two tries at a later miss', () => {
    expect(after({ remainingTries: 1 }, false)).to.deep.equal({ remainingTries: 2 });
  });
});
