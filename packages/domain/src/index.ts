export { updateAbility } from './ability.ts';
export { type AnswerColumns, type AnswerFit, type DifficultyPrior, fitAnswers } from './answerFit.ts';
export { type CalibratedDifficulty, type FirstAnswer, refitDifficulties } from './calibration.ts';
export {
  type Callback,
  decodeCallback,
  encodeCallback,
  type PauseDays,
  REPORT_REASONS,
  type ReportReason,
} from './callback.ts';
export { type CellChoice, chooseCell } from './cellChoice.ts';
export { canMove, type DeliveryKind, type DeliveryState } from './delivery.ts';
export {
  difficultyIndexOf,
  difficultyIndexOfLevel,
  difficultyOfIndex,
  difficultyOfLevel,
  predictSuccess,
} from './difficulty.ts';
export { expiryOf } from './expiry.ts';
export { HANDLED_UPDATES, type HandledUpdate } from './handledUpdates.ts';
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
export {
  type Candidate,
  type Considered,
  chooseQuestion,
  type QuestionChoice,
  type SupplySource,
} from './questionChoice.ts';
export { dailySeed, type Random, seededRandom } from './random.ts';
export { type ReplayedChoice, replayChoice, type Selection } from './selection.ts';
export { endOfLocalDate, slotOn } from './slot.ts';
export { isTopic, TOPICS, type Topic } from './topic.ts';
export {
  chooseTopic,
  type TopicPerformance,
  type TopicWeight,
  tiredTopic,
  topicWeights,
} from './topicChoice.ts';
export { afterFirstAttempt, type PoolEntry } from './wrongPool.ts';
export { isTimeZone, knownZone, localDateOf, localTimeOf } from './zone.ts';
