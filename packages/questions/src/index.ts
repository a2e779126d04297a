export { BankError, readBank } from './bank.ts';
export type { BankFault } from './bankFile.ts';
export type { BankQuestion } from './bankQuestion.ts';
export { type BankFigures, bankFigures } from './checks/figures.ts';
export { type BankLimits, bankLimits, checkBank, type Finding } from './checks.ts';
export { contentHash } from './contentHash.ts';
export { type BankStore, type LoadableQuestion, type LoadReport, loadBank } from './loader.ts';
