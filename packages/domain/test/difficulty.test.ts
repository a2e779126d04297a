import { expect } from 'chai';
import fc from 'fast-check';
import {
  defaultPolicy,
  difficultyIndexOf,
  difficultyIndexOfLevel,
  difficultyOfIndex,
  difficultyOfLevel,
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

  it('turns a difficulty back into the index that is nearest, within 1 and 10', () => {
    for (let index = 1; index <= 10; index++) {
      expect(difficultyIndexOf(difficultyOfIndex(index))).to.equal(index);
      expect(difficultyIndexOf(difficultyOfIndex(index) + 0.24)).to.equal(index);
      expect(difficultyIndexOf(difficultyOfIndex(index) - 0.24)).to.equal(index);
    }
    expect([-9, 9].map(difficultyIndexOf)).to.deep.equal([1, 10]);
  });

  it('of a level is that of its index', () => {
    expect(difficultyOfLevel(2)).to.equal(-Math.LN2);
    expect(([1, 2, 3, 4] as const).map((level) => difficultyIndexOf(difficultyOfLevel(level)))).to.deep.equal(
      [2, 5, 8, 10],
    );
  });

  it('stays finite for abilities far off the scale', () => {
    expect(predictSuccess(-1e6, 0, defaultPolicy)).to.equal(0.25);
    expect(predictSuccess(1e6, 0, defaultPolicy)).to.equal(1);
  });
});
