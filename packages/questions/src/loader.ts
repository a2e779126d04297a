import { difficultyIndexOfLevel } from '@rung/domain';
import type { BankQuestion } from './bankQuestion.ts';
import { contentHash } from './contentHash.ts';

/** A question as it is handed to the store. */
export interface LoadableQuestion extends BankQuestion {
  /** 1-10, from the level: what a question begins with before anybody has answered it. */
  readonly difficultyIndex: number;
  readonly contentHash: string;
}

/** What a load did, as ids of questions. */
export interface LoadReport {
  readonly added: readonly string[];
  /** Changed in the files: now a new version of the same id. */
  readonly updated: readonly string[];
  readonly unchanged: readonly string[];
  /** No longer in the files. */
  readonly retired: readonly string[];
  /** Fixed in review since, and therefore left as they are although the files say something else. */
  readonly kept: readonly string[];
}

/** Where a bank is loaded to. */
export interface BankStore {
  /**
   * Takes the whole bank at once, all or nothing. Loading the same bank again changes nothing; changed content
   * becomes a new version of the same id, and old versions stay.
   */
  load(questions: readonly LoadableQuestion[]): Promise<LoadReport>;
}

/** Loads a bank that has been read. Resolves to what the store did; errors are the store's. */
export function loadBank(bank: readonly BankQuestion[], store: BankStore): Promise<LoadReport> {
  return store.load(
    bank.map((question) => ({
      ...question,
      difficultyIndex: difficultyIndexOfLevel(question.level),
      contentHash: contentHash(question),
    })),
  );
}
