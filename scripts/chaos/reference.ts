import {
  afterFirstAttempt,
  applyAnswer,
  bankIndexAt,
  defaultPolicy,
  type Position,
  type Standing,
} from '@rung/domain';
import type { Asked, Audience } from './questions.ts';

/** A tap that counted: the first on its question, in the order of the inbox. */
export interface WinningTap {
  readonly asked: Asked;
  readonly position: Position;
  /** When the gateway got it, ISO. */
  readonly receivedAt: string;
}

/** A table's rows as JSON texts, without the columns that a run may choose (ids, clocks). */
export type Rows = Readonly<Record<Table, readonly string[]>>;
export type Table = 'learners' | 'answers' | 'history' | 'events' | 'topics' | 'pool';

/** Plays the taps one after the other through the domain, without queue, faults or database, and returns the rows. */
export function playReference(audience: Audience, taps: readonly WinningTap[]): Rows {
  const standings = new Map(audience.standings);
  const totals = new Map<string, { answered: number; correct: number }>();
  const topics = new Map<string, { answered: number; correct: number }>();
  const rows: Record<Table, string[]> = {
    learners: [],
    answers: [],
    history: [],
    events: [],
    topics: [],
    pool: [],
  };
  for (const { asked, position, receivedAt } of taps) {
    const { deliveryId, userId, questionId, localDate, level } = asked;
    const selected = bankIndexAt(asked.order, position);
    const correct = selected === asked.correctIndex;
    const before = standings.get(userId);
    if (before === undefined) throw new Error(`learner ${userId} is not of the audience`);
    const { standing, outcome } = applyAnswer(before, { correct, localDate }, defaultPolicy);
    standings.set(userId, standing);
    count(totals, userId, correct);
    count(topics, `${userId} ${asked.topic}`, correct);
    const { streakBefore, streakAfter, levelBefore, levelAfter } = outcome;
    const answer = [deliveryId, userId, questionId, selected, correct, level, streakBefore, streakAfter];
    rows.answers.push(JSON.stringify([...answer, receivedAt]));
    const moved = [outcome.change, outcome.reason, streakBefore, streakAfter, levelBefore, levelAfter];
    rows.history.push(JSON.stringify([deliveryId, userId, localDate, ...moved]));
    rows.events.push(JSON.stringify([deliveryId, userId, correct]));
    const missed = afterFirstAttempt(null, correct, defaultPolicy);
    if (missed !== null) rows.pool.push(JSON.stringify([userId, questionId, missed.remainingTries]));
  }
  for (const [userId, standing] of standings) {
    const { answered, correct } = totals.get(userId) ?? { answered: 0, correct: 0 };
    rows.learners.push(JSON.stringify([userId, ...columnsOf(standing), answered, correct]));
  }
  for (const [key, { answered, correct }] of topics) {
    rows.topics.push(JSON.stringify([...key.split(' '), answered, correct]));
  }
  return rows;
}

function columnsOf(standing: Standing): unknown[] {
  const { level, streak, bestStreak, consecutiveCorrect, freezes, lastCorrectDate } = standing;
  return [level, streak, bestStreak, consecutiveCorrect, freezes, lastCorrectDate];
}

function count(
  into: Map<string, { answered: number; correct: number }>,
  key: string,
  correct: boolean,
): void {
  const { answered, correct: hits } = into.get(key) ?? { answered: 0, correct: 0 };
  into.set(key, { answered: answered + 1, correct: hits + (correct ? 1 : 0) });
}
