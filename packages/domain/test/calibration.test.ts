import { expect } from 'chai';
import {
  defaultPolicy,
  difficultyOfLevel,
  type FirstAnswer,
  type Level,
  predictSuccess,
  type Random,
  refitDifficulties,
  seededRandom,
} from '../src/index.ts';

function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Answers of learners of whom each gets so many of the questions, drawn at random. */
function simulate(size: {
  seed: string;
  learners: number;
  questions: number;
  each: number;
  abilityMean?: number;
  abilitySd?: number;
}) {
  const random = seededRandom(size.seed);
  const questions = Array.from({ length: size.questions }, (_, i) => {
    const prior = difficultyOfLevel((1 + (i % 4)) as Level);
    const truth = prior + defaultPolicy.difficultyPriorSd * drawNormal(random);
    return { questionId: `q${i}`, prior, truth };
  });
  const answers = Array.from({ length: size.learners }, (_, learner): FirstAnswer[] => {
    const ability = (size.abilityMean ?? 0) + (size.abilitySd ?? 1) * drawNormal(random);
    return questions
      .map((question) => ({ question, key: random() }))
      .sort((a, b) => a.key - b.key)
      .slice(0, size.each)
      .map(({ question: { questionId, truth } }) => {
        const correct = random() < predictSuccess(ability, truth, defaultPolicy);
        return { userId: String(learner), questionId, correct };
      });
  }).flat();
  const priors = new Map(questions.map(({ questionId, prior }) => [questionId, prior]));
  return { questions, answers, priors };
}

function refit({ answers, priors }: Pick<ReturnType<typeof simulate>, 'answers' | 'priors'>) {
  return refitDifficulties(answers, priors, defaultPolicy);
}

/** Errors of the refitted difficulties, alone and in standard errors. */
function errorsOf(world: ReturnType<typeof simulate>) {
  const fitted = refit(world);
  return world.questions.map(({ questionId, truth }) => {
    const found = fitted.get(questionId);
    if (found === undefined) throw new Error(`${questionId} was answered`);
    return { error: found.difficulty - truth, ratio: (found.difficulty - truth) / found.standardError };
  });
}

function mean(values: number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

function rootMeanSquare(values: number[]): number {
  return Math.sqrt(mean(values.map((x) => x ** 2)));
}

/** The answers of learners a, b, c … to one question: `+` correct, `-` incorrect. */
function row(questionId: string, marks: string): FirstAnswer[] {
  return [...marks].map((mark, i) => ({ userId: 'abcdefghij'.charAt(i), questionId, correct: mark === '+' }));
}

describe('the refit of difficulties', () => {
  it('recovers difficulties that lie 0.6 around their label, and knows how far it may be off', () => {
    const errors = errorsOf(simulate({ seed: 'recovery', learners: 500, questions: 200, each: 60 }));
    expect(rootMeanSquare(errors.map(({ error }) => error))).to.be.below(0.3);
    expect(rootMeanSquare(errors.map(({ ratio }) => ratio))).to.be.within(0.85, 1.15);
  });

  it('recovers them from learners who are strong, varied, and have answered eight questions each', () => {
    const world = simulate({
      seed: 'strong',
      learners: 3000,
      questions: 200,
      each: 8,
      abilityMean: 1,
      abilitySd: 1.3,
    });
    const errors = errorsOf(world);
    expect(Math.abs(mean(errors.map(({ error }) => error)))).to.be.below(0.1);
    expect(rootMeanSquare(errors.map(({ error }) => error))).to.be.below(0.4);
  });

  it('gives the most likely difficulties of a small table, as integrated over abilities by number', () => {
    const answers = [...row('easy', '+++++++-'), ...row('fair', '++++-+--'), ...row('hard', '-+------')];
    const priors = new Map(['easy', 'fair', 'hard'].map((id) => [id, -0.7]));
    // From the marginal posterior on a grid of 241 abilities, maximised by search.
    const expected = { easy: -1.21, fair: -0.791, hard: -0.099 };
    const fitted = refit({ answers, priors });
    expect([...fitted.keys()]).to.deep.equal(Object.keys(expected));
    for (const [questionId, difficulty] of Object.entries(expected)) {
      expect(fitted.get(questionId)?.difficulty).to.be.closeTo(difficulty, 0.02);
      expect(fitted.get(questionId)?.standardError).to.be.closeTo(0.52, 0.02);
      expect(fitted.get(questionId)?.answers).to.equal(8);
    }
  });

  it('stays by the label after one answer, on the side that the answer says', () => {
    const common = [...row('other', '++--'), ...row('another', '+-+-')];
    const priors = new Map([
      ['other', -0.7],
      ['another', -0.7],
      ['new', 0.8],
    ]);
    const after = (mark: string) => refit({ answers: [...common, ...row('new', mark)], priors }).get('new');
    expect(after('+')?.difficulty).to.be.within(0.5, 0.8);
    expect(after('-')?.difficulty).to.be.within(0.8, 1.1);
    expect(after('-')?.standardError).to.be.within(0.5, 0.6);
    expect(after('')).to.equal(undefined);
  });

  it('counts a question as harder with every answer that turns from correct to incorrect', () => {
    const common = [...row('other', '+-+-+-+-+-'), ...row('another', '--+++-++-+')];
    const priors = new Map(['other', 'another', 'it'].map((id) => [id, 0]));
    const difficulties = Array.from({ length: 11 }, (_, wrong) => {
      const answers = [...common, ...row('it', '-'.repeat(wrong) + '+'.repeat(10 - wrong))];
      return refit({ answers, priors }).get('it')?.difficulty ?? Number.NaN;
    });
    expect(difficulties).to.deep.equal(difficulties.toSorted((a, b) => a - b));
    expect(new Set(difficulties).size).to.equal(11);
    expect(difficulties.every((difficulty) => Math.abs(difficulty) < 2)).to.equal(true);
  });

  it('does not depend on the order of the answers, but for a hair', () => {
    const world = simulate({ seed: 'order', learners: 60, questions: 40, each: 20 });
    const forth = refit(world);
    const back = refit({ ...world, answers: world.answers.toReversed() });
    for (const [questionId, { difficulty, answers }] of forth) {
      expect(back.get(questionId)?.difficulty).to.be.closeTo(difficulty, 1e-6);
      expect(back.get(questionId)?.answers).to.equal(answers);
    }
  });

  it('settles on a question that nearly everybody misses, by far more than guessing explains', () => {
    const world = simulate({ seed: 'wrong key', learners: 200, questions: 40, each: 30 });
    const answers = world.answers.map((answer, i) =>
      answer.questionId === 'q0' ? { ...answer, correct: i % 20 === 0 } : answer,
    );
    const forth = refit({ ...world, answers }).get('q0')?.difficulty;
    const back = refit({ ...world, answers: answers.toReversed() }).get('q0')?.difficulty;
    expect(forth).to.be.within(0, 5);
    expect(back).to.be.closeTo(forth ?? Number.NaN, 0.01);
  });

  it('stays finite when everybody is always right, or always wrong', () => {
    for (const mark of ['+', '-']) {
      const answers = ['one', 'two'].flatMap((id) => row(id, mark.repeat(10)));
      const priors = new Map(['one', 'two'].map((id) => [id, 0]));
      for (const { difficulty, standardError } of refit({ answers, priors }).values()) {
        expect(Math.abs(difficulty)).to.be.below(1);
        expect(standardError).to.be.within(0, 0.61);
      }
    }
  });

  it('has nothing to say without answers', () => {
    expect(refit({ answers: [], priors: new Map([['one', 0]]) })).to.have.property('size', 0);
  });

  it('refuses an answer to a question without a label', () => {
    expect(() => refit({ answers: row('lost', '+'), priors: new Map() })).to.throw(RangeError, 'lost');
  });
});
