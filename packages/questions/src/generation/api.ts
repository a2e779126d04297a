import type { Random } from '@rung/domain';
import type { ModelProvider } from '@rung/platform';
import type { BankQuestion } from '../bankQuestion.ts';
import type { GenerationLimits } from './limits.ts';
import type { BudgetRefusal, CallOutcome, GenerationRequest, GenerationStores } from './ports.ts';
import type { Prompts } from './prompts.ts';
import type { RejectionReason } from './rejection.ts';

/** Of a provider: requests go through, none do, or one tries whether it is back. */
export type CircuitState = 'closed' | 'open' | 'half_open';

/** Why there is no question. */
export type NoQuestion =
  | BudgetRefusal
  /** None is configured. */
  | 'no_provider'
  /** Every provider failed, rests or has its circuit open. */
  | 'providers_down'
  /** What was written was refused, every time. */
  | 'rejected'
  | 'deadline'
  /** The caller's signal, or `close`. */
  | 'cancelled';

/** A new question under this id, or why there is none. */
export type GenerationResult = { readonly id: string } | { readonly none: NoQuestion };

export interface GeneratorOptions {
  /** In order of preference. */
  readonly providers: readonly ModelProvider[];
  readonly stores: GenerationStores;
  /** What `readPrompts` gives. */
  readonly prompts: Prompts;
  /** The bank: the source of examples. */
  readonly examples: readonly BankQuestion[];
  /** `generationLimits` unless given. */
  readonly limits?: GenerationLimits;
  readonly clock: () => Date;
  readonly random: Random;
  /** After each request to a provider. */
  readonly onRequest: (provider: string, outcome: CallOutcome, seconds: number) => void;
  /** After each question that was stored; `source` is the model that wrote it. */
  readonly onQuestion: (source: string) => void;
  /** After each output that was refused. */
  readonly onRejected: (reason: RejectionReason) => void;
  /** After each change of a provider's circuit. */
  readonly onCircuit: (provider: string, state: CircuitState) => void;
}

/** Writes questions with language models. */
export interface Generator {
  /**
   * Writes, checks and stores one question within `timeoutMs`, or says why there is none. Whatever models and
   * providers do, it neither throws nor takes longer; errors of the stores are thrown.
   */
  generate(
    request: GenerationRequest,
    within: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<GenerationResult>;
  /** The state of each provider's circuit, by name. */
  circuits(): ReadonlyMap<string, CircuitState>;
  /** Ends running requests; what is under way resolves to `cancelled`, and so does every later call. */
  close(): void;
}
