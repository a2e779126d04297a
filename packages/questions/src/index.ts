export { BankError, readBank } from './bank.ts';
export type { BankFault } from './bankFile.ts';
export { formatEntry, putEntry } from './bankFileEdit.ts';
export type { BankQuestion } from './bankQuestion.ts';
export { type BankFigures, bankFigures } from './checks/figures.ts';
export { type BankLimits, bankLimits, checkBank, type Finding } from './checks.ts';
export { contentHash } from './contentHash.ts';
export type {
  CircuitState,
  GenerationResult,
  Generator,
  GeneratorOptions,
  NoQuestion,
} from './generation/api.ts';
export { makeGenerator } from './generation/generator.ts';
export { type GenerationLimits, generationLimits } from './generation/limits.ts';
export type {
  BudgetRefusal,
  CallOutcome,
  CallReport,
  GeneratedQuestion,
  GenerationRequest,
  GenerationStores,
  RejectedQuestion,
} from './generation/ports.ts';
export { type Prompts, readPrompts } from './generation/prompts.ts';
export type { RejectionReason } from './generation/rejection.ts';
export { type BankStore, type LoadableQuestion, type LoadReport, loadBank } from './loader.ts';
export { parseRows, type QuestionRow } from './rows.ts';
