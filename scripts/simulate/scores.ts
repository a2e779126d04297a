/** Predicted chances (0-1) beside what came: 1 for a correct answer, 0 for an incorrect one. */
export interface Predictions {
  readonly predicted: Float64Array;
  readonly correct: Uint8Array;
}

/** Keeps the logarithm of a prediction that was certain and wrong finite. */
const LEAST_CHANCE = 1e-6;

/**
 * Area under the receiver operating characteristic: the chance that a correct answer was predicted higher than an
 * incorrect one, ties counting half (Mann-Whitney). Null when all answers are of one kind.
 */
export function areaUnderCurve({ predicted, correct }: Predictions): number | null {
  const order = Uint32Array.from(predicted.keys()).sort((a, b) => (predicted[a] ?? 0) - (predicted[b] ?? 0));
  let rankSum = 0;
  let hits = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const value = predicted[order[from] ?? 0];
    let hitsOfTie = 0;
    while (to < order.length && predicted[order[to] ?? 0] === value)
      hitsOfTie += correct[order[to++] ?? 0] ?? 0;
    rankSum += hitsOfTie * ((from + 1 + to) / 2);
    hits += hitsOfTie;
  }
  const misses = order.length - hits;
  return hits === 0 || misses === 0 ? null : (rankSum - (hits * (hits + 1)) / 2) / (hits * misses);
}

/** Mean negative logarithm of the chance given to what came; null without answers. */
export function logLoss({ predicted, correct }: Predictions): number | null {
  let sum = 0;
  for (const [i, p] of predicted.entries()) {
    const chance = correct[i] === 1 ? p : 1 - p;
    sum -= Math.log(Math.min(Math.max(chance, LEAST_CHANCE), 1));
  }
  return predicted.length === 0 ? null : sum / predicted.length;
}

/**
 * Expected calibration error: in each of ten bins of predictions, of equal width, how far their mean is from the
 * share of correct answers; the mean over all answers. Null without answers.
 */
export function calibrationError({ predicted, correct }: Predictions): number | null {
  const surplus = new Float64Array(10);
  for (const [i, p] of predicted.entries()) {
    const bin = Math.min(Math.floor(p * 10), 9);
    surplus[bin] = (surplus[bin] ?? 0) + p - (correct[i] ?? 0);
  }
  return predicted.length === 0 ? null : surplus.reduce((sum, x) => sum + Math.abs(x), 0) / predicted.length;
}

/** Mean of a list; NaN when it is empty. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum / values.length;
}

/** Root of the mean squared difference of two lists of the same length. */
export function rootMeanSquare(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.sqrt(mean(Array.from(a, (x, i) => (x - (b[i] ?? 0)) ** 2)));
}

/** Pearson's correlation of two lists of the same length; NaN when one of them does not vary. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const meanA = mean(a);
  const meanB = mean(b);
  const covariance = mean(Array.from(a, (x, i) => (x - meanA) * ((b[i] ?? 0) - meanB)));
  const varianceA = mean(Array.from(a, (x) => (x - meanA) ** 2));
  const varianceB = mean(Array.from(b, (x) => (x - meanB) ** 2));
  return covariance / Math.sqrt(varianceA * varianceB);
}
