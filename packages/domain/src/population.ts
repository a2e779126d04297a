import { at } from './columns.ts';
/**
 * Learners or questions whose values (logits) are normally distributed and estimated from answers. Members without
 * answers keep their prior mean and take no part.
 */
export interface Population {
  /** Answer i is one of member `owners[i]`. */
  readonly owners: Uint32Array;
  /** The members that have answers. */
  readonly answering: Uint32Array;
  readonly values: Float64Array;
  readonly priorMeans: Float64Array;
  /** Around the prior means. */
  variance: number;
  /** Sums over a member's answers: of the log-likelihood's slope, and of its Fisher information. */
  readonly slope: Float64Array;
  readonly information: Float64Array;
  /** Each member's last change, and the most that the next may be. */
  readonly changes: Float64Array;
  readonly limits: Float64Array;
}

/** Logits: keeps a first step, taken far from the top, from overshooting. */
const MAX_STEP = 1;
/** A population narrower than this would be one member. */
const MIN_VARIANCE = 0.01;

/** A population at its prior means. */
export function makePopulation(owners: Uint32Array, priorMeans: Float64Array, variance: number): Population {
  const empty = () => new Float64Array(priorMeans.length);
  return {
    owners,
    answering: Uint32Array.from(new Set(owners)),
    values: Float64Array.from(priorMeans),
    priorMeans,
    variance,
    slope: empty(),
    information: empty(),
    changes: empty(),
    limits: empty().fill(MAX_STEP),
  };
}

/** The variance of what is unknown about a member. */
export function posteriorVariance({ information, variance }: Population, member: number): number {
  return 1 / (at(information, member) + 1 / variance);
}

/** One step of Fisher scoring towards each member's most likely value. Returns the largest change made. */
export function ascend(population: Population): number {
  const { values, priorMeans, variance, slope, changes, limits } = population;
  let largest = 0;
  for (const member of population.answering) {
    const value = at(values, member);
    const pull = at(slope, member) - (value - at(priorMeans, member)) / variance;
    const wanted = pull * posteriorVariance(population, member);
    const last = at(changes, member);
    // Going back by more than half of the last step: far off, the information misjudges the curvature.
    if (wanted * last < 0 && Math.abs(wanted) > Math.abs(last) / 2) limits[member] = at(limits, member) / 2;
    const limit = at(limits, member);
    const change = Math.min(Math.max(wanted, -limit), limit);
    changes[member] = change;
    values[member] = value + change;
    largest = Math.max(largest, Math.abs(change));
  }
  return largest;
}

/** How far the members lie above their prior means, on average. */
export function meanSurplus({ answering, values, priorMeans }: Population): number {
  let sum = 0;
  for (const member of answering) sum += at(values, member) - at(priorMeans, member);
  return answering.length === 0 ? 0 : sum / answering.length;
}

/** Adds to all values that rest on answers. */
export function shift({ answering, values }: Population, by: number): void {
  for (const member of answering) values[member] = at(values, member) + by;
}

/** Estimates the population's variance anew: the spread of its members and what is unknown about each. */
export function spread(population: Population): void {
  const { answering, values, priorMeans } = population;
  let sum = 0;
  for (const member of answering) {
    const surplus = at(values, member) - at(priorMeans, member);
    sum += surplus ** 2 + posteriorVariance(population, member);
  }
  if (answering.length > 0) population.variance = Math.max(sum / answering.length, MIN_VARIANCE);
}

/** How much the answers have taught about the members, in nats: divergence of the posteriors from the prior. */
export function divergence(population: Population): number {
  const { answering, values, priorMeans, variance } = population;
  let sum = 0;
  for (const member of answering) {
    const surplus = at(values, member) - at(priorMeans, member);
    const ratio = posteriorVariance(population, member) / variance;
    sum += (ratio + surplus ** 2 / variance - 1 - Math.log(ratio)) / 2;
  }
  return sum;
}
