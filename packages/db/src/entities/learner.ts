import type { Level, LocalDate, LocalTime, Topic } from '@rung/domain';
import { EntitySchema } from 'typeorm';

/** A row of `users`. Ids are decimal strings (bigint); local dates and times are text; the rest are instants. */
export interface Learner {
  userId: string;
  botId: string;
  username: string | null;
  language: string;
  topics: Topic[];
  level: Level;
  streak: number;
  bestStreak: number;
  consecutiveCorrect: number;
  freezes: number;
  lastCorrectDate: LocalDate | null;
  timezone: string;
  deliveryTime: LocalTime;
  reminderEnabled: boolean;
  optedIn: boolean;
  /** `Infinity` while paused until resumed. */
  pausedUntil: Date | number | null;
  blockedAt: Date | null;
  telegramPausedUntil: Date | null;
  nextDeliveryAt: Date;
  lastDailyDate: LocalDate | null;
  lastAnsweredDate: LocalDate | null;
  totalAnswered: number;
  totalCorrect: number;
  /** In logits; 0 is the average learner. */
  ability: number;
  /** First answers ever to a question: those that the ability rests on. */
  ratedAnswers: number;
  createdAt: Date;
  updatedAt: Date;
}

export const learnerEntity = new EntitySchema<Learner>({
  name: 'learner',
  tableName: 'users',
  columns: {
    userId: { name: 'user_id', type: 'bigint', primary: true },
    botId: { name: 'bot_id', type: 'bigint' },
    username: { type: 'text', nullable: true },
    language: { type: 'text' },
    topics: { type: 'text', array: true },
    level: { type: 'smallint' },
    streak: { type: 'integer' },
    bestStreak: { name: 'best_streak', type: 'integer' },
    consecutiveCorrect: { name: 'consecutive_correct', type: 'integer' },
    freezes: { name: 'streak_freezes', type: 'smallint' },
    lastCorrectDate: { name: 'last_correct_date', type: 'date', nullable: true },
    timezone: { type: 'text' },
    deliveryTime: { name: 'delivery_time', type: 'time' },
    reminderEnabled: { name: 'reminder_enabled', type: 'boolean' },
    optedIn: { name: 'opt_in_daily_quiz', type: 'boolean' },
    pausedUntil: { name: 'paused_until', type: 'timestamptz', nullable: true },
    blockedAt: { name: 'blocked_at', type: 'timestamptz', nullable: true },
    telegramPausedUntil: { name: 'telegram_paused_until', type: 'timestamptz', nullable: true },
    nextDeliveryAt: { name: 'next_delivery_at', type: 'timestamptz' },
    lastDailyDate: { name: 'last_daily_date', type: 'date', nullable: true },
    lastAnsweredDate: { name: 'last_answered_date', type: 'date', nullable: true },
    totalAnswered: { name: 'total_questions_answered', type: 'integer' },
    totalCorrect: { name: 'total_correct_answers', type: 'integer' },
    ability: { type: 'real' },
    ratedAnswers: { name: 'rated_answers', type: 'integer' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
  },
});

/** Select list that turns a row of `users u` into a {@link Learner}. */
export const learnerColumns = Object.entries(learnerEntity.options.columns)
  .map(([property, column]) => `u.${column?.name ?? property} AS "${property}"`)
  .join(', ');
