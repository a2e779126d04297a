import type { Random } from '@rung/domain';
import type { BankQuestion } from '../bankQuestion.ts';
import type { Deadline } from './deadline.ts';
import type { Duplicates } from './duplicates.ts';
import type { GenerationLimits } from './limits.ts';
import type { GenerationRequest, GenerationStores } from './ports.ts';
import type { Prompts } from './prompts.ts';
import type { Model } from './provider/model.ts';
import type { Reject } from './reject.ts';
import type { SafetyCheck } from './safety.ts';

/** What the making of questions is made of. */
export interface Workshop {
  readonly prompts: Prompts;
  readonly bank: readonly BankQuestion[];
  readonly limits: GenerationLimits;
  readonly random: Random;
  readonly findUnsafe: SafetyCheck;
  readonly duplicates: Duplicates;
  readonly stores: Pick<GenerationStores, 'storeGenerated'>;
  readonly reject: Reject;
}

/** What is known in the making of one question for one request. */
export interface Attempt {
  readonly request: GenerationRequest;
  readonly deadline: Deadline;
  /** In the order in which they are asked. */
  readonly models: readonly Model[];
  /** Those that gave no answer to this request; more join them. */
  readonly silent: Set<Model>;
}
