import { expect } from 'chai';
import fc from 'fast-check';
import {
  defaultPolicy,
  difficultyIndexOfLevel,
  difficultyOfIndex,
  type Level,
  predictSuccess,
  START_LEVEL,
} from '../src/index.ts';

function predicted(ability: number, index: number): number {
  return predictSuccess(ability, difficultyOfIndex(index), defaultPolicy);
}

describe('difficulty', () => {
  it('starts easy, medium, hard and expert by level', () => {
    const levels: Level[] = [1, 2, 3, 4];
    expect(levels.map(difficultyIndexOfLevel)).to.deep.equal([2, 5, 8, 10]);
  });

  it('lets an average learner succeed at the target rate on the level where everybody starts', () => {
    const index = difficultyIndexOfLevel(START_LEVEL);
    expect(predicted(0, index)).to.be.closeTo(defaultPolicy.targetSuccess, 1e-12);
  });

  it('predicts a chance between guessing and certainty that falls with difficulty and rises with ability', () => {
    const index = fc.integer({ min: 1, max: 9 });
    const ability = fc.double({ min: -6, max: 6, noNaN: true });
    fc.assert(
      fc.property(ability, index, (learner, easier) => {
        const chance = predicted(learner, easier);
        expect(chance).to.be.within(0.25, 1);
        expect(predicted(learner, easier + 1)).to.be.below(chance);
        expect(predicted(learner + 0.5, easier)).to.be.above(chance);
      }),
    );
  });

  it('is half-way between guessing and certainty when ability equals difficulty', () => {
    expect(predictSuccess(1.5, 1.5, defaultPolicy)).to.equal(0.625);
  });

  it('stays finite for abilities far off the scale', () => {
    expect(predictSuccess(-1e6, 0, defaultPolicy)).to.equal(0.25);
    expect(predictSuccess(1e6, 0, defaultPolicy)).to.equal(1);
  });
});
