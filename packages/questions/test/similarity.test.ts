import { expect } from 'chai';
import { similarityOf, trigramsOf } from '../src/checks/similarity.ts';

describe('trigram similarity', () => {
  it('takes the trigrams that pg_trgm takes', () => {
    expect([...trigramsOf('Cat, a')]).to.have.members(['  c', ' ca', 'cat', 'at ', '  a', ' a ']);
  });

  it('gives what pg_trgm documents for word and two words', () => {
    expect(similarityOf(trigramsOf('word'), trigramsOf('two words'))).to.be.closeTo(0.363636, 1e-6);
  });

  it('is 1 for the same words in another order and 0 for nothing in common', () => {
    expect(similarityOf(trigramsOf('late data'), trigramsOf('Data, late!'))).to.equal(1);
    expect(similarityOf(trigramsOf('abc'), trigramsOf('xyz'))).to.equal(0);
    expect(similarityOf(trigramsOf(''), trigramsOf(''))).to.equal(0);
  });
});
