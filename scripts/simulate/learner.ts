import {
  applyAnswer,
  type Candidate,
  chooseCell,
  chooseQuestion,
  type LocalDate,
  type Policy,
  predictSuccess,
  type Random,
  START_LEVEL,
  type Standing,
  type Topic,
  type TopicPerformance,
  tiredTopic,
  updateAbility,
} from '@rung/domain';
import type { SimulatedQuestion } from './world.ts';

/** How many unseen questions of a cell are weighed against each other, as the worker does. */
const CONSIDERED = 20;

/** All questions of one topic at one level. */
interface Cell {
  readonly level: number;
  readonly topic: Topic;
  readonly questions: readonly SimulatedQuestion[];
}

export function cellsOf(questions: readonly SimulatedQuestion[]): Cell[] {
  return [...Map.groupBy(questions, ({ level, topic }) => `${level} ${topic}`).values()].flatMap((found) => {
    const [first] = found;
    return first === undefined ? [] : [{ level: first.level, topic: first.topic, questions: found }];
  });
}

/** What the product knows of a simulated learner, moved on by the product's rules only. */
export class Learner {
  readonly userId: string;
  ability = 0;
  standing: Standing = {
    level: START_LEVEL,
    streak: 0,
    bestStreak: 0,
    consecutiveCorrect: 0,
    freezes: 0,
    lastCorrectDate: null,
  };
  readonly #performance = new Map<Topic, TopicPerformance>();
  #recent: readonly Topic[] = [];
  /** In the order in which they were last seen. */
  readonly #seen = new Set<SimulatedQuestion>();
  #answered = 0;

  constructor(userId: string) {
    this.userId = userId;
  }

  /**
   * The question of a day: unseen at the level, beside it, further away, in that order again for a topic that has had
   * its days running, else the one seen longest ago.
   */
  choose(
    cells: readonly Cell[],
    difficultyOf: (question: SimulatedQuestion) => number,
    random: Random,
    policy: Policy,
  ): SimulatedQuestion {
    const withUnseen = cells
      .map((cell) => ({ ...cell, questions: cell.questions.filter((each) => !this.#seen.has(each)) }))
      .filter(({ questions }) => questions.length > 0);
    const tired = tiredTopic(this.#recent, policy);
    const rank = ({ level, topic }: Cell) =>
      (topic === tired ? 3 : 0) + Math.min(Math.abs(level - this.standing.level), 2);
    const best = Math.min(...withUnseen.map(rank));
    if (best === Number.POSITIVE_INFINITY) return this.#seenLongestAgo();

    const open = withUnseen.filter((cell) => rank(cell) === best);
    const learner = { performance: this.#performance, recent: this.#recent };
    const { cell, startKey } = chooseCell(open, learner, random, policy);
    const start = Math.floor(startKey * cell.questions.length);
    const found = [...cell.questions.slice(start), ...cell.questions.slice(0, start)].slice(0, CONSIDERED);
    const candidates = found.map((question): Candidate & { question: SimulatedQuestion } => ({
      ...question,
      version: 1,
      difficulty: difficultyOf(question),
      question,
    }));
    return chooseQuestion(candidates, { ability: this.ability }, random, policy).chosen.question;
  }

  /** Takes an answer in. Returns the success that was predicted, or null when it was not the first to the question. */
  answer(
    question: SimulatedQuestion,
    answer: { readonly correct: boolean; readonly localDate: LocalDate; readonly difficulty: number },
    policy: Policy,
  ): number | null {
    this.standing = applyAnswer(this.standing, answer, policy).standing;
    const { answered, correct } = this.#performance.get(question.topic) ?? { answered: 0, correct: 0 };
    this.#performance.set(question.topic, {
      answered: answered + 1,
      correct: correct + (answer.correct ? 1 : 0),
    });
    this.#recent = [question.topic, ...this.#recent].slice(0, policy.topicRunLimit);
    const first = !this.#seen.delete(question);
    this.#seen.add(question);
    if (!first) return null;
    const predicted = predictSuccess(this.ability, answer.difficulty, policy);
    this.ability = updateAbility(this.ability, { ...answer, answered: this.#answered++ }, policy);
    return predicted;
  }

  #seenLongestAgo(): SimulatedQuestion {
    const [oldest] = this.#seen;
    if (oldest === undefined) throw new RangeError('there is no question at all');
    return oldest;
  }
}
