import {
  difficultyOfLevel,
  type Level,
  MAX_LEVEL,
  MIN_LEVEL,
  type Policy,
  type Random,
  seededRandom,
  TOPICS,
  type Topic,
} from '@rung/domain';

/** A question of which everything is known. Difficulties are in logits. */
export interface SimulatedQuestion {
  readonly questionId: string;
  readonly level: Level;
  readonly topic: Topic;
  /** What the level says. */
  readonly label: number;
  /** What is so. */
  readonly truth: number;
}

/** Who learns and what there is to ask. */
export interface World {
  readonly seed: string;
  readonly questions: readonly SimulatedQuestion[];
  /** True abilities in logits. */
  readonly abilities: readonly number[];
}

/**
 * Questions spread over all levels and topics, whose true difficulties lie around what their level says with the
 * policy's standard deviation, and learners whose abilities have mean 0 and standard deviation 1. The same seed gives
 * the same world.
 */
export function makeWorld(
  size: { readonly seed: string; readonly learners: number; readonly items: number },
  policy: Policy,
): World {
  const ofQuestions = seededRandom(`${size.seed}:questions`);
  const questions = Array.from({ length: size.items }, (_, i): SimulatedQuestion => {
    const level = (MIN_LEVEL + (i % MAX_LEVEL)) as Level;
    const topic = TOPICS[Math.floor(i / MAX_LEVEL) % TOPICS.length] ?? TOPICS[0];
    const label = difficultyOfLevel(level);
    const truth = label + policy.difficultyPriorSd * drawNormal(ofQuestions);
    return { questionId: `${topic}-${level}-${i}`, level, topic, label, truth };
  });
  const ofLearners = seededRandom(`${size.seed}:learners`);
  const abilities = Array.from({ length: size.learners }, () => drawNormal(ofLearners));
  return { seed: size.seed, questions, abilities };
}

/** A number from the standard normal distribution (Box and Muller 1958). Draws two numbers. */
export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
