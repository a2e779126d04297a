import type { Policy } from './policy.ts';
import type { Random } from './random.ts';
import type { Topic } from './topic.ts';

/** How a learner has done in a topic. */
export interface TopicPerformance {
  readonly answered: number;
  readonly correct: number;
}

/** A topic's part in the draw. */
export interface TopicWeight {
  readonly topic: Topic;
  /** Share of choices, 0-1; 0 for a topic that rests. */
  readonly weight: number;
}

/**
 * The share of choices that each allowed topic gets, in the order given; they sum to 1. Every topic keeps
 * the policy's floor, and the rest is shared in proportion to weakness: 1 minus the accuracy, smoothed so
 * that few answers say little. A topic that the latest dailies were all about rests while another is
 * allowed. `allowed` holds each topic once; `recent` is the topics of the latest dailies, newest first.
 * Throws RangeError when none is allowed.
 */
export function topicWeights(
  learner: {
    readonly allowed: readonly Topic[];
    readonly performance: ReadonlyMap<Topic, TopicPerformance>;
    readonly recent: readonly Topic[];
  },
  policy: Policy,
): TopicWeight[] {
  const { allowed, performance, recent } = learner;
  if (allowed.length === 0) throw new RangeError('no topic is allowed');
  const tired = allowed.length > 1 ? tiredTopic(recent, policy) : null;
  const rated = allowed.map((topic) => ({
    topic,
    weakness: topic === tired ? null : weaknessIn(performance.get(topic), policy),
  }));
  const total = rated.reduce((sum, { weakness }) => sum + (weakness ?? 0), 0);
  const open = rated.filter(({ weakness }) => weakness !== null).length;
  const floor = Math.min(policy.topicFloor, 1 / open);
  return rated.map(({ topic, weakness }) => ({
    topic,
    weight: weakness === null ? 0 : floor + (1 - floor * open) * (weakness / total),
  }));
}

/**
 * Draws one topic, each as likely as its weight; draws one number. Throws RangeError when no weight is
 * above 0.
 */
export function chooseTopic(weights: readonly TopicWeight[], random: Random): Topic {
  const open = weights.filter(({ weight }) => weight > 0);
  const total = open.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const { topic, weight } of open) {
    left -= weight;
    if (left < 0) return topic;
  }
  // Rounding can leave a crumb after the last.
  const last = open.at(-1);
  if (last === undefined) throw new RangeError('no topic to choose from');
  return last.topic;
}

/** The topic that the latest dailies (newest first) were all about, for as long as the policy allows; null when it may go on. */
export function tiredTopic(recent: readonly Topic[], policy: Policy): Topic | null {
  const [newest] = recent;
  if (newest === undefined || recent.length < policy.topicRunLimit) return null;
  return recent.slice(0, policy.topicRunLimit).every((topic) => topic === newest) ? newest : null;
}

function weaknessIn(performance: TopicPerformance | undefined, policy: Policy): number {
  const { answered, correct } = performance ?? { answered: 0, correct: 0 };
  const priorCorrect = policy.topicPriorAnswers * policy.topicPriorAccuracy;
  return 1 - (correct + priorCorrect) / (answered + policy.topicPriorAnswers);
}
