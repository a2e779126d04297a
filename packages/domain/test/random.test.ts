import { expect } from 'chai';
import { dailySeed, seededRandom } from '../src/index.ts';

function draw(seed: string, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
}

describe('seeded random numbers', () => {
  it('are the same for the same seed, today and in years', () => {
    expect(draw('42:2026-11-21:daily', 4)).to.deep.equal([
      0.8822059580124915, 0.8974361892323941, 0.21160719776526093, 0.9030881226062775,
    ]);
  });

  it('differ between seeds that differ by one letter', () => {
    const seeds = [
      '',
      'a',
      'b',
      'aa',
      '42:2026-11-21:daily',
      '42:2026-11-22:daily',
      '42:2026-11-21:practice',
    ];
    const firsts = seeds.map((seed) => draw(seed, 1)[0]);
    expect(new Set(firsts).size).to.equal(seeds.length);
  });

  it('lie in [0, 1), evenly over ten bins', () => {
    const bins = new Array<number>(10).fill(0);
    const numbers = draw('even', 100_000);
    expect(numbers.every((x) => x >= 0 && x < 1)).to.equal(true);
    for (const x of numbers) {
      const bin = Math.floor(x * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    expect(chiSquare(bins)).to.be.below(27.88); // 9 degrees of freedom, p = 0.001
  });

  it('are even across the first numbers of neighbouring seeds too', () => {
    const bins = new Array<number>(10).fill(0);
    for (let user = 0; user < 20_000; user++) {
      const [x = 0] = draw(dailySeed({ userId: String(user), localDate: '2026-11-21', kind: 'daily' }), 1);
      const bin = Math.floor(x * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    expect(chiSquare(bins)).to.be.below(27.88);
  });

  it('take their seed from learner, local date and kind', () => {
    expect(dailySeed({ userId: '42', localDate: '2026-11-21', kind: 'daily' })).to.equal(
      '42:2026-11-21:daily',
    );
  });
});

function chiSquare(observed: readonly number[]): number {
  const expected = observed.reduce((sum, n) => sum + n, 0) / observed.length;
  return observed.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}
