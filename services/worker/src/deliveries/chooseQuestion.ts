import {
  findOldestMiss,
  findSeenLongestAgo,
  findUnseen,
  readSupplyProfile,
  rememberExhausted,
  type SupplyProfile,
  storeChoice,
  type Transaction,
} from '@rung/db';
import {
  type Candidate,
  chooseQuestion,
  chooseTopic,
  dailySeed,
  difficultyOfIndex,
  type LocalDate,
  type Policy,
  type QuestionChoice,
  type Random,
  type SupplySource,
  seededRandom,
  shuffleOptions,
  type TopicWeight,
  topicWeights,
} from '@rung/domain';

type Tx = Pick<Transaction, 'sql'>;

/** The question of a delivery, and everything that led to it. */
export interface Choice {
  readonly supply: SupplySource;
  readonly question: Candidate;
  readonly weights: readonly TopicWeight[];
  readonly considered: QuestionChoice['considered'];
  readonly explored: boolean;
}

/** How many unseen questions of a topic are weighed against each other. */
const CONSIDERED = 20;

/**
 * Chooses a question for a delivery, in the order of supply, and stores it with the order of its options and the
 * reasons; returns where it came from. The same delivery always draws the same random numbers. Throws when there is
 * no question at all.
 */
export async function chooseForDelivery(
  tx: Tx,
  delivery: { id: string; userId: string; localDate: LocalDate; kind: 'daily' },
  policy: Policy,
): Promise<SupplySource> {
  const seed = dailySeed(delivery);
  const random = seededRandom(seed);
  const profile = await readSupplyProfile(tx, delivery.userId);
  const choice = await chooseFromSupply(tx, profile, random, policy);
  if (choice === null) throw new Error('there is no active question: load the bank (npm run db:load-bank)');
  const { supply, question, ...selection } = choice;
  await storeChoice(tx, delivery, {
    question,
    order: shuffleOptions(random),
    supply,
    selection: { seed, level: profile.level, ability: profile.ability, ...selection },
  });
  return supply;
}

/**
 * The order of supply: unseen at the learner's level, unseen beside it, unseen further away (a repeat comes only
 * when nothing is unseen), the oldest miss, what was seen longest ago.
 */
export async function chooseFromSupply(
  tx: Tx,
  profile: SupplyProfile,
  random: Random,
  policy: Policy,
): Promise<Choice | null> {
  const steps: [SupplySource, (distance: number) => boolean][] = [
    ['unseen_level', (distance) => distance === 0],
    ['unseen_neighbour', (distance) => distance === 1],
    ['unseen_other', (distance) => distance > 1],
  ];
  for (const [supply, near] of steps) {
    const cells = profile.cells.filter(
      (cell) =>
        !cell.exhausted && near(Math.abs(cell.level - profile.level)) && profile.topics.includes(cell.topic),
    );
    const choice = await chooseUnseen(tx, profile, cells, random, policy);
    if (choice !== null) return { supply, ...choice };
  }
  const repeats: [SupplySource, typeof findOldestMiss][] = [
    ['wrong_pool', findOldestMiss],
    ['seen_longest_ago', findSeenLongestAgo],
  ];
  for (const [supply, find] of repeats) {
    const found = await find(tx, profile.userId);
    if (found !== null) {
      return { supply, question: withDifficulty(found), weights: [], considered: [], explored: false };
    }
  }
  return null;
}

async function chooseUnseen(
  tx: Tx,
  profile: SupplyProfile,
  from: SupplyProfile['cells'],
  random: Random,
  policy: Policy,
): Promise<Omit<Choice, 'supply'> | null> {
  const performance = new Map(profile.performance.map((record) => [record.topic, record]));
  let cells = [...from];
  while (cells.length > 0) {
    const allowed = [...new Set(cells.map((cell) => cell.topic))];
    const weights = topicWeights({ allowed, performance, recent: profile.recent }, policy);
    const topic = chooseTopic(weights, random);
    const ofTopic = cells.filter((cell) => cell.topic === topic);
    const cell = ofTopic[Math.floor(random() * ofTopic.length)];
    if (cell === undefined) return null;
    const found = await findUnseen(tx, profile.userId, cell, random(), CONSIDERED);
    if (found.length > 0) {
      const choice = chooseQuestion(found.map(withDifficulty), { ability: profile.ability }, random, policy);
      return { question: choice.chosen, weights, considered: choice.considered, explored: choice.explored };
    }
    await rememberExhausted(tx, profile.userId, cell);
    cells = cells.filter((other) => other !== cell);
  }
  return null;
}

function withDifficulty({
  difficultyIndex,
  ...question
}: Awaited<ReturnType<typeof findUnseen>>[number]): Candidate {
  return { ...question, difficulty: difficultyOfIndex(difficultyIndex) };
}
