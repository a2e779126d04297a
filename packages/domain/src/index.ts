export { type Callback, decodeCallback, encodeCallback, type PauseDays } from './callback.ts';
export { canMove, type DeliveryKind, type DeliveryState } from './delivery.ts';
export { difficultyIndexOfLevel, difficultyOfIndex, predictSuccess } from './difficulty.ts';
export { expiryOf } from './expiry.ts';
export {
  applyAnswer,
  applyMissedDay,
  applyPausedDay,
  type LadderOutcome,
  type LadderStep,
  type Standing,
} from './ladder.ts';
export { isLevel, type Level, MAX_LEVEL, MIN_LEVEL, START_LEVEL } from './level.ts';
export { addDays, isLocalTime, type LocalDate, type LocalTime } from './localDate.ts';
export { type DueDaily, nextDelivery, type Schedule } from './nextDelivery.ts';
export { bankIndexAt, type OptionOrder, type Position, positionOf, shuffleOptions } from './options.ts';
export { defaultPolicy, type Policy } from './policy.ts';
export { type Candidate, chooseQuestion, type QuestionChoice, type SupplySource } from './questionChoice.ts';
export { dailySeed, type Random, seededRandom } from './random.ts';
export { endOfLocalDate, slotOn } from './slot.ts';
export { isTopic, TOPICS, type Topic } from './topic.ts';
export { chooseTopic, type TopicPerformance, type TopicWeight, topicWeights } from './topicChoice.ts';
export { afterFirstAttempt, type PoolEntry } from './wrongPool.ts';
export { isTimeZone, localDateOf, localTimeOf } from './zone.ts';
