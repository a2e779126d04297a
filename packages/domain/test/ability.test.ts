import { expect } from 'chai';
import fc from 'fast-check';
import { defaultPolicy, type Policy, predictSuccess, seededRandom, updateAbility } from '../src/index.ts';

const openAnswers: Policy = { ...defaultPolicy, guessFloor: 0 };
const logit = fc.double({ min: -5, max: 5, noNaN: true });
const count = fc.nat(500);

function update(ability: number, difficulty: number, correct: boolean, answered = 0, policy = defaultPolicy) {
  return updateAbility(ability, { difficulty, correct, answered }, policy);
}

describe('the update of an ability', () => {
  it('is the one on record for answers to a question with chance 0.75', () => {
    const difficulty = -Math.LN2;
    // Known: (2/3) / 0.75; surprise: 0.25 or -0.75; step: 1, or 1 / 2 after 20 answers.
    expect(update(0, difficulty, true)).to.be.closeTo(2 / 9, 1e-12);
    expect(update(0, difficulty, false)).to.be.closeTo(-2 / 3, 1e-12);
    expect(update(0, difficulty, true, 20)).to.be.closeTo(1 / 9, 1e-12);
    expect(update(0, difficulty, false, 20)).to.be.closeTo(-1 / 3, 1e-12);
  });

  it('raises after a correct answer, lowers after an incorrect one, and never by more than its step', () => {
    fc.assert(
      fc.property(logit, logit, count, (ability, difficulty, answered) => {
        const step = 1 / (1 + 0.05 * answered);
        expect(update(ability, difficulty, true, answered) - ability).to.be.within(0, step);
        expect(ability - update(ability, difficulty, false, answered)).to.be.within(0, step);
      }),
    );
  });

  it('follows the slope of the log-likelihood of the three-parameter model', () => {
    fc.assert(
      fc.property(logit, logit, fc.boolean(), (ability, difficulty, correct) => {
        const logLikelihood = (x: number) => {
          const chance = predictSuccess(x, difficulty, defaultPolicy);
          return Math.log(correct ? chance : 1 - chance);
        };
        const slope = (logLikelihood(ability + 1e-5) - logLikelihood(ability - 1e-5)) / 2e-5;
        expect(update(ability, difficulty, correct) - ability).to.be.closeTo(slope, 1e-6);
      }),
    );
  });

  it('expects no change of an ability that is right', () => {
    fc.assert(
      fc.property(logit, logit, (ability, difficulty) => {
        const chance = predictSuccess(ability, difficulty, defaultPolicy);
        const expected =
          chance * update(ability, difficulty, true) + (1 - chance) * update(ability, difficulty, false);
        expect(expected).to.be.closeTo(ability, 1e-12);
      }),
    );
  });

  it('makes little of a lucky guess far above the learner, but much of it where nobody can guess', () => {
    expect(update(0, 6, true)).to.be.below(0.01);
    expect(update(0, 6, true, 0, openAnswers)).to.be.above(0.99);
  });

  it('is plain Elo without a guess floor', () => {
    fc.assert(
      fc.property(logit, logit, fc.boolean(), (ability, difficulty, correct) => {
        const surprise = (correct ? 1 : 0) - 1 / (1 + Math.exp(difficulty - ability));
        expect(update(ability, difficulty, correct, 0, openAnswers)).to.be.closeTo(ability + surprise, 1e-12);
      }),
    );
  });

  it('stays finite for abilities and difficulties far off the scale', () => {
    for (const ability of [-1e6, 1e6]) {
      for (const correct of [true, false]) {
        expect(Number.isFinite(update(ability, -ability, correct))).to.equal(true);
        expect(Number.isFinite(update(ability, -ability, correct, 0, openAnswers))).to.equal(true);
      }
    }
  });

  it('comes near the truth within 200 answers, from either side', () => {
    const errors = [-1.5, 1.5].flatMap((truth) =>
      Array.from({ length: 100 }, (_, learner) => {
        const random = seededRandom(`${truth} ${learner}`);
        let ability = 0;
        for (let answered = 0; answered < 200; answered++) {
          const difficulty = ability - Math.LN2 + random() - 0.5;
          const correct = random() < predictSuccess(truth, difficulty, defaultPolicy);
          ability = update(ability, difficulty, correct, answered);
        }
        return ability - truth;
      }),
    );
    const meanError = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(Math.abs(meanError)).to.be.below(0.1);
    expect(spread).to.be.below(0.4);
  });
});
