import { expect } from 'chai';
import {
  type Candidate,
  chooseQuestion,
  defaultPolicy,
  difficultyOfIndex,
  seededRandom,
} from '../src/index.ts';

const EXPLOIT = () => 0.5;

function candidate(questionId: string, index: number): Candidate {
  return { questionId, version: 1, level: 2, topic: 'streaming', difficulty: difficultyOfIndex(index) };
}

const list = [candidate('hard', 8), candidate('medium', 5), candidate('easy', 2)];

describe('the choice of a question', () => {
  it('is the one whose predicted success is nearest 0.75', () => {
    const pick = (ability: number) =>
      chooseQuestion(list, { ability }, EXPLOIT, defaultPolicy).chosen.questionId;
    expect([pick(-1.5), pick(0), pick(1.5)]).to.deep.equal(['easy', 'medium', 'hard']);
  });

  it('takes the earlier of two that are equally near', () => {
    const twins = [candidate('other', 9), candidate('first', 5), candidate('second', 5)];
    expect(chooseQuestion(twins, { ability: 0 }, EXPLOIT, defaultPolicy).chosen.questionId).to.equal('first');
  });

  it('tells what was considered, in the order given, with its predicted success', () => {
    const { considered, explored } = chooseQuestion(list, { ability: 0 }, EXPLOIT, defaultPolicy);
    expect(considered.map(({ questionId }) => questionId)).to.deep.equal(['hard', 'medium', 'easy']);
    expect(considered[1]?.predicted).to.be.closeTo(0.75, 1e-12);
    expect(considered[1]?.difficulty).to.equal(difficultyOfIndex(5));
    expect(explored).to.equal(false);
  });

  it('explores one time in ten, and then any candidate alike', () => {
    const random = seededRandom('explore');
    const draws = Array.from({ length: 10_000 }, () =>
      chooseQuestion(list, { ability: 0 }, random, defaultPolicy),
    );
    const explored = draws.filter((draw) => draw.explored);
    expect(explored.length).to.be.within(900, 1100);
    for (const { questionId } of list) {
      const share = explored.filter((draw) => draw.chosen.questionId === questionId).length / explored.length;
      expect(share).to.be.within(0.27, 0.4);
    }
    const others = draws.filter((draw) => !draw.explored);
    expect(others.every((draw) => draw.chosen.questionId === 'medium')).to.equal(true);
  });

  it('is replayed from its seed', () => {
    const choose = () => chooseQuestion(list, { ability: 0.3 }, seededRandom('42'), defaultPolicy);
    expect(choose()).to.deep.equal(choose());
  });

  it('is refused without candidates, exploring or not', () => {
    expect(() => chooseQuestion([], { ability: 0 }, EXPLOIT, defaultPolicy)).to.throw(RangeError);
    expect(() => chooseQuestion([], { ability: 0 }, () => 0, defaultPolicy)).to.throw(RangeError);
  });
});
