export {
  findShownQuestion,
  type GradedAnswer,
  gradeDaily,
  markFeedbackDelivered,
  type ShownQuestion,
} from './answerStore.ts';
export { writeAudit } from './auditStore.ts';
export { type Cipher, makeBackupKey, openWith, sealFor } from './backupCipher.ts';
export { type BackupRun, recordBackupRun } from './backupRunStore.ts';
export { type BankLoadReport, type BankQuestionRow, type BankStore, makeBankStore } from './bankStore.ts';
export { type CalibrationStore, makeCalibrationStore } from './calibrationStore.ts';
export { type CorrectionStore, makeCorrectionStore } from './correctionStore.ts';
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
  beginSend,
  closeUnsent,
  type DeliveryStore,
  makeDeliveryStore,
  markAsked,
  type OpenDelivery,
  type UntoldExpiry,
} from './deliveryStore.ts';
export type { DeadLetterRow } from './entities/deadLetter.ts';
export type { DistributionRun } from './entities/distributionRun.ts';
export type { Learner } from './entities/learner.ts';
export type { StoredQuestion } from './entities/question.ts';
export { type Erasure, type ErasureStore, eraseLearner, makeErasureStore } from './erasureStore.ts';
export { type FanOutBatch, type FanOutStore, makeFanOutStore } from './fanOutStore.ts';
export {
  type Gauges,
  type Population,
  type Punctuality,
  readGauges,
  readPopulation,
  readPunctuality,
} from './gaugeStore.ts';
export {
  type GeneratedRow,
  type GeneratedStore,
  makeGeneratedStore,
} from './generatedStore.ts';
export { skipIdentities } from './identities.ts';
export { type InboxStore, type IncomingUpdate, makeInboxStore, type StoredUpdate } from './inboxStore.ts';
export { countViolations, type Violations } from './invariantStore.ts';
export { type ExpiredDay, expireDays, saveStanding, standingOf } from './ladderStore.ts';
export { type LearnerRecord, type RecordedDelivery, readLearnerRecord } from './learnerRecordStore.ts';
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
  type LlmBudget,
  type LlmBudgetStore,
  makeLlmBudgetStore,
} from './llmBudgetStore.ts';
export {
  lockLearner,
  type MailboxStore,
  type MailboxUpdate,
  makeMailboxStore,
  type Taken,
} from './mailboxStore.ts';
export { grantToServices, migrate, revert } from './migrate.ts';
export { makePseudonyms, type Pseudonyms } from './pseudonym.ts';
export {
  type LevelFigures,
  makeQuestionAdminStore,
  type QuestionAdminStore,
  type QuestionStats,
} from './questionAdminStore.ts';
export type { QuestionFix } from './questionFix.ts';
export {
  type Backlog,
  makeReconcilerStore,
  type ReconcilerStore,
  type Waiting,
  type WaitingUpdate,
} from './reconcilerStore.ts';
export { createReport, findLatestShown, type ReportOutcome } from './reportStore.ts';
export { type Removed, removeExpired } from './retentionStore.ts';
export {
  makeReviewStore,
  type ReviewDetails,
  type ReviewStore,
} from './reviewStore.ts';
export { makeRunStore, type RunStore } from './runStore.ts';
export { readChoice, type StoredChoice } from './selectionStore.ts';
export {
  countRelations,
  openSnapshot,
  QUEUE_SCHEMA,
  type Snapshot,
  type TableDigest,
} from './snapshot.ts';
export { type LearnerStats, readStats } from './statsStore.ts';
export {
  type GenerationContext,
  readGenerationContext,
  readSupplyNeed,
  type SupplyNeed,
} from './supplyNeed.ts';
export {
  type Cell,
  findOldestMiss,
  findSeenLongestAgo,
  findUnseen,
  readSupplyProfile,
  rememberRemaining,
  type SupplyProfile,
  storeChoice,
  withdrawChoice,
} from './supplyStore.ts';
export { isUnavailable } from './unavailable.ts';
