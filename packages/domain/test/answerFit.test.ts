import { expect } from 'chai';
import { defaultPolicy, fitAnswers, predictSuccess, seededRandom } from '../src/index.ts';

const columns = {
  learners: Uint32Array.of(0, 0, 1, 1, 3),
  questions: Uint32Array.of(0, 1, 0, 1, 0),
  correct: Uint8Array.of(1, 0, 1, 0, 1),
  learnerCount: 4,
};

/** Answers of 300 learners, from 1 to 3 logits, to all of 100 questions, from -3 to 3. */
function simulate(guessFloor: number) {
  const random = seededRandom('spread');
  const truths = Float64Array.from({ length: 100 }, () => 6 * random() - 3);
  const answers = {
    learners: new Uint32Array(30_000),
    questions: new Uint32Array(30_000),
    correct: new Uint8Array(30_000),
    learnerCount: 300,
  };
  for (let learner = 0; learner < 300; learner++) {
    const ability = 1 + 2 * random();
    for (const [question, truth] of truths.entries()) {
      const i = 100 * learner + question;
      answers.learners[i] = learner;
      answers.questions[i] = question;
      const chance = predictSuccess(ability, truth, { ...defaultPolicy, guessFloor });
      answers.correct[i] = random() < chance ? 1 : 0;
    }
  }
  return { truths, abilityMean: 2, answers };
}

describe('the fit of answers in columns', () => {
  it('leaves a question without answers at its prior, with the prior spread', () => {
    const { difficulties, standardErrors } = fitAnswers(
      columns,
      { means: Float64Array.of(-1, 0, 2), sd: 0.6 },
      defaultPolicy,
    );
    expect(difficulties[2]).to.equal(2);
    expect(standardErrors[2]).to.be.closeTo(0.6, 1e-12);
    expect(difficulties[0]).to.be.below(-1);
    expect(difficulties[1]).to.be.above(0);
  });

  it('finds the spread of the difficulties from answers alone', () => {
    const { truths, abilityMean, answers } = simulate(0);
    const fit = fitAnswers(answers, { means: new Float64Array(truths.length), sd: null }, { guessFloor: 0 });
    const meanTruth = truths.reduce((sum, truth) => sum + truth, 0) / truths.length;
    const errors = truths.map((truth, i) => (fit.difficulties[i] ?? Number.NaN) - (truth - meanTruth));
    expect(Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length)).to.be.below(0.25);
    // The scale begins at the mean question.
    expect(fit.abilityMean).to.be.closeTo(abilityMean - meanTruth, 0.15);
  });

  it('has the most evidence for the guess floor that is true', () => {
    for (const truth of [0, 0.25]) {
      const { truths, answers } = simulate(truth);
      const prior = { means: new Float64Array(truths.length), sd: null };
      const evidence = [0, 0.1, 0.25, 0.4].map((guessFloor) => ({
        guessFloor,
        evidence: fitAnswers(answers, prior, { guessFloor }).evidence,
      }));
      const [best] = evidence.toSorted((a, b) => b.evidence - a.evidence);
      expect(best?.guessFloor).to.equal(truth);
    }
  });

  it('refuses an answer of a learner, or to a question, that is not counted', () => {
    const prior = { means: Float64Array.of(0, 0), sd: 0.6 };
    expect(() => fitAnswers({ ...columns, learnerCount: 3 }, prior, defaultPolicy)).to.throw(RangeError);
    const fewer = { means: Float64Array.of(0), sd: 0.6 };
    expect(() => fitAnswers(columns, fewer, defaultPolicy)).to.throw(RangeError);
  });
});
