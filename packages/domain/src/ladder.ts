import { climb, type Level, MIN_LEVEL } from './level.ts';
import type { LocalDate } from './localDate.ts';
import type { Policy } from './policy.ts';

/** Where a learner stands on the ladder. */
export interface Standing {
  readonly level: Level;
  /** Local days in a row on which the daily question was answered correctly. */
  readonly streak: number;
  readonly bestStreak: number;
  /** Correct daily answers in a row since the last change of level. */
  readonly consecutiveCorrect: number;
  /** Missed days that will be forgiven. */
  readonly freezes: number;
  /** The latest local date that counted towards a streak. */
  readonly lastCorrectDate: LocalDate | null;
}

/** What an event did to a learner's standing: a row of the streak history. */
export interface LadderOutcome {
  readonly levelBefore: Level;
  readonly levelAfter: Level;
  readonly streakBefore: number;
  readonly streakAfter: number;
  readonly freezeEarned: boolean;
  readonly change: 'increment' | 'reset' | 'maintain' | 'freeze';
  readonly reason: 'correct_answer' | 'incorrect_answer' | 'day_missed' | 'freeze_used' | 'paused';
  /** The local date of the delivery that was answered or missed, or of the day of pause. */
  readonly localDate: LocalDate;
}

export interface LadderStep {
  readonly standing: Standing;
  readonly outcome: LadderOutcome;
}

/** Grades a daily answer that belongs to `localDate`. Missed days before it are to be applied first. */
export function applyAnswer(
  standing: Standing,
  answer: { readonly correct: boolean; readonly localDate: LocalDate },
  policy: Policy,
): LadderStep {
  return answer.correct
    ? applyCorrect(standing, answer.localDate, policy)
    : applyIncorrect(standing, answer.localDate, policy);
}

function applyCorrect(standing: Standing, localDate: LocalDate, policy: Policy): LadderStep {
  const counter = standing.consecutiveCorrect + 1;
  const promoted = counter >= policy.promoteAfter;
  const countsForStreak = localDate !== standing.lastCorrectDate;
  const streak = standing.streak + (countsForStreak ? 1 : 0);
  const freezeEarned =
    countsForStreak && streak % policy.streakDaysPerFreeze === 0 && standing.freezes < policy.maxFreezes;
  const next: Standing = {
    level: promoted ? climb(standing.level, policy.levelStep) : standing.level,
    streak,
    bestStreak: Math.max(standing.bestStreak, streak),
    consecutiveCorrect: promoted ? 0 : counter,
    freezes: standing.freezes + (freezeEarned ? 1 : 0),
    lastCorrectDate: later(standing.lastCorrectDate, localDate),
  };
  return step(standing, next, countsForStreak ? 'increment' : 'maintain', 'correct_answer', localDate);
}

function applyIncorrect(standing: Standing, localDate: LocalDate, policy: Policy): LadderStep {
  const next: Standing = {
    ...standing,
    level: climb(standing.level, -policy.levelStep),
    streak: 0,
    consecutiveCorrect: 0,
  };
  return step(standing, next, 'reset', 'incorrect_answer', localDate);
}

/**
 * Applies one missed day: a daily question of `localDate` was sent and expired unanswered. To be applied
 * once for each such day, in order of date. A freeze in hand is spent and keeps streak and counter; without
 * one both go to 0.
 */
export function applyMissedDay(standing: Standing, localDate: LocalDate, policy: Policy): LadderStep {
  if (standing.freezes > 0) {
    return step(standing, { ...standing, freezes: standing.freezes - 1 }, 'freeze', 'freeze_used', localDate);
  }
  const level = policy.missedDay === 'resetToBeginner' ? MIN_LEVEL : standing.level;
  return step(
    standing,
    { ...standing, level, streak: 0, consecutiveCorrect: 0 },
    'reset',
    'day_missed',
    localDate,
  );
}

/** Records a day of pause, which leaves the standing as it is. */
export function applyPausedDay(standing: Standing, localDate: LocalDate): LadderStep {
  return step(standing, standing, 'maintain', 'paused', localDate);
}

function step(
  before: Standing,
  after: Standing,
  change: LadderOutcome['change'],
  reason: LadderOutcome['reason'],
  localDate: LocalDate,
): LadderStep {
  return {
    standing: after,
    outcome: {
      levelBefore: before.level,
      levelAfter: after.level,
      streakBefore: before.streak,
      streakAfter: after.streak,
      freezeEarned: after.freezes > before.freezes,
      change,
      reason,
      localDate,
    },
  };
}

// A delivery that stays open past midnight may be answered after the next day's.
function later(a: LocalDate | null, b: LocalDate): LocalDate {
  return a !== null && a > b ? a : b;
}
