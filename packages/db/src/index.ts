export {
  findShownQuestion,
  type GradedAnswer,
  gradeDaily,
  markFeedbackDelivered,
  type ShownQuestion,
} from './answerStore.ts';
export { writeAudit } from './auditStore.ts';
export { type BankLoadReport, type BankQuestionRow, type BankStore, makeBankStore } from './bankStore.ts';
export { type DailyNow, decideDailyNow } from './dailyNow.ts';
export {
  connectDatabase,
  type Database,
  type DatabaseOptions,
  type Sql,
  type Transaction,
} from './database.ts';
export { type DeadLetterStore, makeDeadLetterStore, type NewDeadLetter } from './deadLetterStore.ts';
export {
  closeUnsent,
  type DeliveryStore,
  makeDeliveryStore,
  type OpenDelivery,
  type UntoldExpiry,
} from './deliveryStore.ts';
export type { DeadLetterRow } from './entities/deadLetter.ts';
export type { DistributionRun } from './entities/distributionRun.ts';
export type { Learner } from './entities/learner.ts';
export { type FanOutBatch, type FanOutStore, makeFanOutStore } from './fanOutStore.ts';
export { type Gauges, type Population, readGauges, readPopulation } from './gaugeStore.ts';
export { type InboxStore, type IncomingUpdate, makeInboxStore, type StoredUpdate } from './inboxStore.ts';
export { countViolations, type Violations } from './invariantStore.ts';
export { type ExpiredDay, expireDays, saveStanding, standingOf } from './ladderStore.ts';
export {
  type Awaiting,
  changeLearner,
  createLearner,
  findLearner,
  type LearnerChange,
  readConversation,
  reschedule,
  setConversation,
} from './learnerStore.ts';
export {
  lockLearner,
  type MailboxStore,
  type MailboxUpdate,
  makeMailboxStore,
  type Taken,
} from './mailboxStore.ts';
export { grantToServices, migrate, revert } from './migrate.ts';
export { makeReconcilerStore, type ReconcilerStore } from './reconcilerStore.ts';
export { makeRunStore, type RunStore } from './runStore.ts';
export { type LearnerStats, readStats } from './statsStore.ts';
export {
  findOldestMiss,
  findSeenLongestAgo,
  findUnseen,
  readSupplyProfile,
  rememberExhausted,
  type SupplyProfile,
  storeChoice,
} from './supplyStore.ts';
export { isUnavailable } from './unavailable.ts';
