import type { Level, Topic } from '@rung/domain';
import type { RejectionReason } from './rejection.ts';

/** What a question is wanted for. The texts are other people's: they get into prompts as fenced data only. */
export interface GenerationRequest {
  readonly level: Level;
  readonly topic: Topic;
  /** The learner on whose budget the calls go, `null` for nobody's. */
  readonly userId: string | null;
  /** What the learner is weak in, for instance texts of questions missed lately; most telling first. */
  readonly weakPoints: readonly string[];
  /** Texts of questions that the new one should not resemble; latest first. */
  readonly avoid: readonly string[];
}

/** A generated question that has passed every check, with what it cost: the sum of all calls for it. */
export interface GeneratedQuestion {
  readonly level: Level;
  readonly topic: Topic;
  readonly text: string;
  readonly options: readonly [string, string, string, string];
  readonly correctIndex: 0 | 1 | 2 | 3;
  readonly explanation: string;
  readonly reference: string;
  /** 1-10, from level and text. */
  readonly difficultyIndex: number;
  /** SHA-256 in hexadecimal, as for questions of the bank. */
  readonly contentHash: string;
  readonly provider: string;
  /** The model that wrote it: the question's `source`. */
  readonly model: string;
  readonly promptVersion: string;
  /** The model that answered it blind. */
  readonly blindModel: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What a model wrote and nobody may see, kept for the operators. */
export interface RejectedQuestion {
  readonly provider: string;
  readonly model: string;
  readonly promptVersion: string;
  readonly level: Level;
  readonly topic: Topic;
  readonly reason: RejectionReason;
  /** What exactly was wrong; at most 500 characters. */
  readonly detail: string;
  /** What the model wrote: at most 16,384 characters, well-formed, without NUL. */
  readonly output: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** How a request to a model ended, a label of metrics. */
export type CallOutcome =
  | 'ok'
  /** No whole answer in time. */
  | 'timeout'
  /** No connection, or it broke. */
  | 'unreachable'
  | 'rate_limited'
  | 'server_error'
  /** Any other status: a wrong key, an unknown model, a redirect. */
  | 'refused'
  | 'too_large'
  /** 200, but not the answer of a chat completion. */
  | 'bad_reply'
  /** We gave up, the provider did nothing wrong. */
  | 'cancelled';

/** What one request came to. Tokens are 0 when the provider did not say. */
export interface CallReport {
  readonly provider: string;
  readonly model: string;
  readonly outcome: CallOutcome;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Why there is no budget: the learner's calls of the hour, or everybody's tokens of the day. */
export type BudgetRefusal = 'learner_budget' | 'daily_budget';

/** What generation keeps. Errors of an implementation go to the caller of `generate`. */
export interface GenerationStores {
  /** Takes one request out of the budgets, before it is made. Every try counts. Parallel callers cannot overdraw. */
  reserveCall(
    userId: string | null,
    now: Date,
  ): Promise<{ readonly id: string } | { readonly refused: BudgetRefusal }>;
  /** Says what became of a reserved request. */
  settleCall(id: string, report: CallReport): Promise<void>;
  /** The stored question (of any status) whose text is most alike by trigrams, if at least `threshold` (0-1). */
  findSimilar(
    text: string,
    threshold: number,
  ): Promise<{ readonly questionId: string; readonly similarity: number } | null>;
  /** Stores a question under a new id, unless one with the same `contentHash` is there. */
  storeGenerated(
    question: GeneratedQuestion,
  ): Promise<{ readonly id: string } | { readonly duplicateOf: string }>;
  storeRejected(rejected: RejectedQuestion): Promise<void>;
}
