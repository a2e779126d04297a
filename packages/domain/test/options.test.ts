import { expect } from 'chai';
import fc from 'fast-check';
import { bankIndexAt, type OptionOrder, positionOf, seededRandom, shuffleOptions } from '../src/index.ts';

describe('the order of options', () => {
  it('is uniform over the 24 permutations', () => {
    const random = seededRandom('uniform');
    const counts = new Map<string, number>();
    const shuffles = 24_000;
    for (let n = 0; n < shuffles; n++) {
      const key = shuffleOptions(random).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].every((key) => [...key].sort().join('') === '0123')).to.equal(true);
    expect(counts.size).to.equal(24);
    const expected = shuffles / 24;
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(chiSquare).to.be.below(49.73); // 23 degrees of freedom, p = 0.001
  });

  it('is the same for the same seed', () => {
    expect(shuffleOptions(seededRandom('s'))).to.deep.equal(shuffleOptions(seededRandom('s')));
  });

  it('leads from position to index and back', () => {
    const order: OptionOrder = [2, 0, 3, 1];
    expect(bankIndexAt(order, 0)).to.equal(2);
    expect(positionOf(order, 1)).to.equal(3);
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
        (seed, position) => {
          const shuffled = shuffleOptions(seededRandom(seed));
          expect(positionOf(shuffled, bankIndexAt(shuffled, position))).to.equal(position);
        },
      ),
    );
  });

  it('has no position for an option that is not there', () => {
    expect(() => positionOf([0, 1, 2, 3], 4)).to.throw(RangeError);
  });
});
