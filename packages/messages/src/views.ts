import type { Level, LocalTime, Topic } from '@rung/domain';

/** A button and what it sends when tapped, written by the domain's `encodeCallback`, at most 64 bytes. */
export interface Button {
  text: string;
  data: string;
}

/** A message to show: text in Telegram's HTML, at most 4,096 UTF-16 units once parsed, and rows of buttons. */
export interface Rendered {
  text: string;
  keyboard: Button[][];
}

/** A question as one learner sees it. */
export interface QuestionView {
  deliveryId: string;
  topic: Topic;
  level: Level;
  text: string;
  /** The four options in the order shown, A to D. */
  options: readonly string[];
}

/** A question after its answer. Positions (0-3) are as shown; instants are ISO 8601. */
export interface FeedbackView extends QuestionView {
  chosen: number;
  correct: number;
  explanation: string;
  /** The streak before the misses below, and after the answer. */
  streakBefore: number;
  streakAfter: number;
  bestStreak: number;
  levelBefore: Level;
  levelAfter: Level;
  /** After the answer. */
  consecutiveCorrect: number;
  /** Freezes in hand after the answer. */
  freezes: number;
  freezeEarned: boolean;
  /** Missed days that were spent just before this answer, and the freezes that they took. */
  missedDays: number;
  freezesUsed: number;
  totalAnswered: number;
  totalCorrect: number;
  nextAt: string | null;
  timezone: string;
}

/** A question that was not answered in time. */
export interface ExpiredView extends QuestionView {
  correct: number;
  explanation: string;
  nextAt: string | null;
  timezone: string;
  /** What the day without an answer did: counted, took a freeze, fell into a pause, or nothing, as it came too late. */
  missed: 'missed' | 'frozen' | 'paused' | 'late';
  streakAfter: number;
}

/** A question that was corrected after the learner had answered it. */
export interface CorrectionView {
  topic: Topic;
  level: Level;
  text: string;
  /** The text of the option that is right. */
  answer: string;
  explanation: string;
  /** Whether the learner's answer counts as correct now. */
  correct: boolean;
  /** All first answers of the learner, and how many of them are correct, after the correction. */
  totalAnswered: number;
  totalCorrect: number;
}

/** What a tap can be answered with, over the chat. */
export type Notice =
  | 'answered_already'
  | 'expired'
  | 'not_yours'
  | 'malformed'
  | 'graded_correct'
  | 'graded_wrong'
  | 'saved'
  | 'not_started';

/** A place to choose, with its IANA zone. */
export interface ZoneChoice {
  label: string;
  zone: string;
}

interface Next {
  /** When the next question comes, ISO 8601; null when none is planned. */
  nextAt: string | null;
  timezone: string;
}

/** The outcome of a command or of a button, as JSON: it is stored, and may be rendered again later. Instants are ISO 8601. */
export type Reply =
  | ({ kind: 'welcome'; back: boolean; firstName: string; deliveryTime: LocalTime } & Next)
  | { kind: 'help' }
  | { kind: 'unknown_text' }
  | { kind: 'not_started' }
  | StatsReply
  | SettingsReply
  | { kind: 'ask_timezone'; suggestions: ZoneChoice[] }
  | ({ kind: 'timezone_set' } & Next)
  | { kind: 'timezone_choices'; input: string; choices: ZoneChoice[] }
  | { kind: 'timezone_unknown'; input: string }
  | { kind: 'ask_delivery_time'; suggestions: LocalTime[] }
  | ({ kind: 'delivery_time_set'; deliveryTime: LocalTime } & Next)
  | { kind: 'delivery_time_unknown'; input: string }
  | { kind: 'ask_pause' }
  | { kind: 'paused'; until: string | null; timezone: string }
  | ({ kind: 'resumed' } & Next)
  | { kind: 'stopped' }
  | ({ kind: 'quiz_wait' } & Next)
  | { kind: 'ask_report'; deliveryId: string; text: string }
  | { kind: 'reported'; already: boolean }
  | { kind: 'nothing_to_report' };

export interface StatsReply {
  kind: 'stats';
  level: Level;
  streak: number;
  bestStreak: number;
  freezes: number;
  answered: number;
  correct: number;
  perTopic: { topic: Topic; answered: number; correct: number }[];
  /** Questions missed and not yet mastered. */
  wrongPool: number;
}

export interface SettingsReply extends Next {
  kind: 'settings';
  deliveryTime: LocalTime;
  paused: boolean;
  /** The end of the pause; null when it lasts until it is resumed. */
  pausedUntil: string | null;
}

/** A command as Telegram's menu lists it. */
export interface CommandEntry {
  command: string;
  description: string;
}
