import { expect } from 'chai';
import fc from 'fast-check';
import {
  areaUnderCurve,
  calibrationError,
  correlation,
  logLoss,
  rootMeanSquare,
} from '../../scripts/simulate/scores.ts';

function predictions(pairs: readonly (readonly [number, 0 | 1])[]) {
  return {
    predicted: Float64Array.from(pairs, ([chance]) => chance),
    correct: Uint8Array.from(pairs, ([, came]) => came),
  };
}

const someAnswers = fc.array(
  fc.tuple(fc.constantFrom(0, 0.1, 0.3, 0.5, 0.7, 1), fc.constantFrom<0 | 1>(0, 1)),
  { maxLength: 60 },
);

describe('scores of predictions', () => {
  it('have the area under the curve as the share of pairs in the right order, ties counting half', () => {
    fc.assert(
      fc.property(someAnswers, (pairs) => {
        const hits = pairs.filter(([, came]) => came === 1);
        const misses = pairs.filter(([, came]) => came === 0);
        const won = hits.flatMap(([hit]) => misses.map(([miss]) => (Math.sign(hit - miss) + 1) / 2));
        const area = areaUnderCurve(predictions(pairs));
        if (won.length === 0) expect(area).to.equal(null);
        else expect(area).to.be.closeTo(won.reduce((sum, x) => sum + x, 0) / won.length, 1e-9);
      }),
    );
  });

  it('are half for predictions that are all alike', () => {
    expect(areaUnderCurve(predictions([0, 1, 1, 0].map((came) => [0.7, came as 0 | 1])))).to.equal(0.5);
  });

  it('take the log loss of what came, finite even for certainties that failed', () => {
    expect(logLoss(predictions([[0.5, 1]]))).to.be.closeTo(Math.LN2, 1e-12);
    expect(
      logLoss(
        predictions([
          [0.8, 1],
          [0.8, 0],
        ]),
      ),
    ).to.be.closeTo(-(Math.log(0.8) + Math.log(0.2)) / 2, 1e-12);
    expect(logLoss(predictions([[1, 0]]))).to.be.closeTo(-Math.log(1e-6), 1e-9);
    expect(logLoss(predictions([]))).to.equal(null);
  });

  it('take the calibration error over bins of a tenth', () => {
    const honest = predictions([
      [0.75, 1],
      [0.75, 1],
      [0.75, 1],
      [0.75, 0],
    ]);
    expect(calibrationError(honest)).to.be.closeTo(0, 1e-12);
    const boastful = predictions([
      [0.95, 1],
      [0.95, 0],
      [1, 0],
      [0.25, 0],
    ]);
    expect(calibrationError(boastful)).to.be.closeTo((0.95 + 0.95 + 1 - 1 + 0.25) / 4, 1e-12);
    expect(calibrationError(predictions([]))).to.equal(null);
  });

  it('compare lists by correlation and root mean square', () => {
    expect(correlation([1, 2, 3], [10, 20, 30])).to.be.closeTo(1, 1e-12);
    expect(correlation([1, 2, 3], [3, 2, 1])).to.be.closeTo(-1, 1e-12);
    expect(correlation([1, 1], [1, 2])).to.satisfy(Number.isNaN);
    expect(rootMeanSquare([1, 2], [1, 5])).to.be.closeTo(3 / Math.SQRT2, 1e-12);
  });
});
