import type { Transaction } from '@rung/db';
import {
  type Cell,
  findUnseen,
  readSupplyProfile,
  rememberRemaining,
  type SupplyProfile,
  storeChoice,
} from '@rung/db';
import {
  type Candidate,
  chooseCell,
  chooseQuestion,
  dailySeed,
  type LocalDate,
  type Policy,
  type Random,
  type Selection,
  type SupplySource,
  seededRandom,
  shuffleOptions,
  type Topic,
  tiredTopic,
} from '@rung/domain';
import type { Choice } from './choice.ts';
import { chooseRepeat } from './chooseRepeat.ts';

type Tx = Pick<Transaction, 'sql'>;

/** What a delivery got, or `generate` when nothing unseen is left at or beside the learner's level. */
export type Supplied = { readonly supply: SupplySource; readonly unseenInCell: number } | 'generate';

/** What may be asked of a model for this choice. */
export interface Generation {
  /** Whether the choice may be put off until a model was asked. */
  readonly wanted: boolean;
  /** The question that was generated for this delivery, if one was. */
  readonly questionId: string | null;
}

/** How many unseen questions of a topic are weighed against each other. */
const CONSIDERED = 20;

/**
 * Chooses a question for a delivery, in the order of supply, and stores it with the order of its options and the
 * reasons. The same delivery always draws the same random numbers. Throws when there is no question at all.
 */
export async function chooseForDelivery(
  tx: Tx,
  delivery: { id: string; userId: string; localDate: LocalDate; kind: 'daily' },
  policy: Policy,
  generation: Generation,
): Promise<Supplied> {
  const seed = dailySeed(delivery);
  const random = seededRandom(seed);
  const profile = await readSupplyProfile(tx, delivery.userId);
  const choice = await chooseFromSupply(tx, profile, random, policy, generation.wanted);
  if (choice === 'generate') return choice;
  if (choice === null) throw new Error('there is no active question: load the bank (npm run db:load-bank)');
  const { question, supply: step, ...reasons } = choice;
  const supply = question.questionId === generation.questionId ? 'generated' : step;
  const { level, ability } = profile;
  const selection: Selection = { seed, level, ability, ...reasons };
  await storeChoice(tx, delivery, { question, order: shuffleOptions(random), supply, selection });
  return { supply, unseenInCell: choice.considered.length };
}

/**
 * The order of supply: unseen at the learner's level, unseen beside it, `generate` if that is wanted, unseen further
 * away (a repeat comes only when nothing is unseen), the oldest miss, what was seen longest ago. A topic that has had
 * its days running rests in all steps that find unseen ones before it comes back in any, and in both kinds of repeats
 * likewise. Null when there is no question.
 */
export async function chooseFromSupply(
  tx: Tx,
  profile: SupplyProfile,
  random: Random,
  policy: Policy,
  generationWanted: boolean,
): Promise<Choice | 'generate' | null> {
  const { recent, ability } = profile;
  const performance = new Map(profile.performance.map((record) => [record.topic, record]));
  const empty = new Set<Cell>();

  const lookInto = async (cell: Cell, startKey: number): Promise<Candidate[]> => {
    const found = await findUnseen(tx, profile.userId, cell, startKey, CONSIDERED);
    if (found.length === 0) empty.add(cell);
    if (found.length === 0 || (found.length < CONSIDERED && cell.remaining === null)) {
      await rememberRemaining(
        tx,
        profile.userId,
        cell,
        found.map(({ questionId }) => questionId),
      );
    }
    return found;
  };

  const tired = profile.topics.length > 1 ? tiredTopic(recent, policy) : null;
  const cells = profile.cells.filter((cell) => !cell.exhausted && profile.topics.includes(cell.topic));
  const away = (cell: Cell): number => Math.abs(cell.level - profile.level);
  let drawn = 0;

  const fromCells = async (supply: SupplySource, of: (cell: Cell) => boolean): Promise<Choice | null> => {
    for (;;) {
      const open = cells.filter((cell) => of(cell) && !empty.has(cell));
      if (open.length === 0) return null;
      const { weights, cell, startKey } = chooseCell(open, { performance, recent }, random, policy);
      const found = await lookInto(cell, startKey);
      if (found.length === 0) {
        drawn += 1;
        continue;
      }
      const { chosen, considered, explored } = chooseQuestion(found, { ability }, random, policy);
      return { supply, question: chosen, emptyCells: drawn, weights, considered, explored };
    }
  };

  const isEmpty = async (of: (cell: Cell) => boolean): Promise<boolean> => {
    for (const cell of cells.filter((each) => of(each) && !empty.has(each)))
      if ((await lookInto(cell, 0)).length > 0) return false;
    return true;
  };

  const steps = (of: (topic: Topic) => boolean): readonly (() => Promise<Choice | 'generate' | null>)[] => [
    () => fromCells('unseen_level', (cell) => of(cell.topic) && away(cell) === 0),
    () => fromCells('unseen_neighbour', (cell) => of(cell.topic) && away(cell) === 1),
    async () => (generationWanted && (await isEmpty((cell) => away(cell) <= 1)) ? 'generate' : null),
    () => fromCells('unseen_other', (cell) => of(cell.topic) && away(cell) > 1),
  ];
  for (const step of [...steps((topic) => topic !== tired), ...steps((topic) => topic === tired)]) {
    const choice = await step();
    if (choice !== null) return choice;
  }
  return chooseRepeat(tx, profile.userId, tired);
}
