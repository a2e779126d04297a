import { expect } from 'chai';
import { isLevel, isTopic, MAX_LEVEL, MIN_LEVEL, START_LEVEL, TOPICS } from '../src/index.ts';

describe('levels and topics', () => {
  it('are four levels, of which a newcomer has the second', () => {
    expect([MIN_LEVEL, START_LEVEL, MAX_LEVEL]).to.deep.equal([1, 2, 4]);
    expect([0, 1, 2, 3, 4, 5, 1.5, '2', null, Number.NaN].filter(isLevel)).to.deep.equal([1, 2, 3, 4]);
  });

  it('are nine topics, each by its exact name', () => {
    expect(new Set(TOPICS).size).to.equal(9);
    expect(TOPICS.every(isTopic)).to.equal(true);
    expect(['', 'Streaming', 'constructor', 3, null].some(isTopic)).to.equal(false);
  });
});
