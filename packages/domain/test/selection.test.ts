import { expect } from 'chai';
import fc from 'fast-check';
import {
  chooseCell,
  chooseQuestion,
  defaultPolicy,
  difficultyOfIndex,
  type Level,
  type Policy,
  replayChoice,
  type Selection,
  seededRandom,
  TOPICS,
  type Topic,
} from '../src/index.ts';

interface Cell {
  readonly level: Level;
  readonly topic: Topic;
  /** Difficulty indices of its unseen questions. */
  readonly unseen: readonly number[];
}

const level: Level = 2;
const cells = fc.uniqueArray(
  fc.record({
    level: fc.constant(level),
    topic: fc.constantFrom(...TOPICS),
    unseen: fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 6 }),
  }),
  { selector: ({ topic }) => topic, minLength: 1 },
);

/** Draws cells until one has something unseen, and a question of it: what it chose, and what it would store. */
function choose(seed: string, from: readonly Cell[], ability: number, policy: Policy) {
  const random = seededRandom(seed);
  let open = [...from];
  for (let emptyCells = 0; open.length > 0; emptyCells++) {
    const { weights, cell } = chooseCell(open, { performance: new Map(), recent: [] }, random, policy);
    const candidates = cell.unseen.map((index, i) => ({
      questionId: `${cell.topic}-${i}`,
      difficulty: difficultyOfIndex(index),
    }));
    if (candidates.length > 0) {
      const { chosen, considered, explored } = chooseQuestion(candidates, { ability }, random, policy);
      const selection: Selection = { seed, level, ability, emptyCells, weights, considered, explored };
      return { topic: cell.topic, questionId: chosen.questionId, explored, selection };
    }
    open = open.filter((other) => other !== cell);
  }
  return null;
}

/** As the database gives it back. */
function stored(selection: Selection): Selection {
  return JSON.parse(JSON.stringify(selection));
}

describe('the replay of a choice', () => {
  it('comes to the same question from what is stored, whatever was drawn before it', () => {
    const ability = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(fc.string(), cells, ability, (seed, from, learner) => {
        const choice = choose(seed, from, learner, defaultPolicy);
        if (choice === null) return;
        const { selection, topic, questionId, explored } = choice;
        const { considered } = selection;
        const replayed = replayChoice(stored(selection), defaultPolicy);
        expect(replayed).to.deep.equal({ topic, questionId, explored, considered });
      }),
    );
  });

  it('replays exploring choices too', () => {
    const from: Cell[] = [{ level, topic: 'streaming', unseen: [5, 2, 8, 5, 9] }];
    const replays = Array.from({ length: 200 }, (_, i) => {
      const choice = choose(`seed ${i}`, from, 0, defaultPolicy);
      if (choice === null) throw new Error('there are questions');
      const replayed = replayChoice(stored(choice.selection), defaultPolicy);
      expect(replayed?.questionId).to.equal(choice.questionId);
      return replayed;
    });
    expect(replays.filter((replay) => replay?.explored).length).to.be.within(8, 40);
  });

  it('shows a change of the rules as another question', () => {
    const from: Cell[] = [{ level, topic: 'streaming', unseen: [1, 5, 10] }];
    const choice = choose('0', from, 0, { ...defaultPolicy, exploration: 0 });
    if (choice === null) throw new Error('there are questions');
    expect(choice.questionId).to.equal('streaming-1');
    const harder: Policy = { ...defaultPolicy, exploration: 0, targetSuccess: 0.3 };
    expect(replayChoice(choice.selection, harder)?.questionId).to.equal('streaming-2');
  });

  it('takes a selection that counts no empty cells as one of the first cell drawn', () => {
    const choice = choose('1', [{ level, topic: 'streaming', unseen: [1, 5, 10] }], 0, defaultPolicy);
    if (choice === null) throw new Error('there are questions');
    const { emptyCells: _, ...selection } = choice.selection;
    expect(replayChoice(selection, defaultPolicy)?.questionId).to.equal(choice.questionId);
  });

  it('has nothing to replay where a question was repeated', () => {
    const repeat: Selection = { seed: '1', level, ability: 0, weights: [], considered: [], explored: false };
    expect(replayChoice(repeat, defaultPolicy)).to.equal(null);
  });
});

describe('the choice of a cell', () => {
  it('takes a cell of the topic it drew, and a place in [0, 1)', () => {
    const two: { topic: Topic; level: number }[] = [1, 3].map((near) => ({
      topic: 'streaming',
      level: near,
    }));
    const random = seededRandom('cells');
    const drawn = Array.from({ length: 500 }, () =>
      chooseCell(
        [...two, { topic: 'observability', level: 1 }],
        { performance: new Map(), recent: [] },
        random,
        defaultPolicy,
      ),
    );
    const streaming = drawn.filter(({ cell }) => cell.topic === 'streaming');
    expect(streaming.length).to.be.within(200, 300);
    expect(streaming.filter(({ cell }) => cell.level === 1).length).to.be.within(90, 160);
    expect(drawn.every(({ startKey }) => startKey >= 0 && startKey < 1)).to.equal(true);
    expect(drawn[0]?.weights.map(({ topic }) => topic)).to.deep.equal(['streaming', 'observability']);
  });

  it('is refused without cells', () => {
    const learner = { performance: new Map(), recent: [] };
    expect(() => chooseCell([], learner, () => 0.5, defaultPolicy)).to.throw(RangeError);
  });
});
