import { makeRedact } from '@rung/platform';
import type { GeneratorOptions } from './api.ts';
import type { GenerationRequest } from './ports.ts';
import type { Model } from './provider/model.ts';
import type { Refusal } from './rejection.ts';

const DETAIL_LENGTH = 500;
const OUTPUT_LENGTH = 16_384;

/** Whose output is refused, what it was asked for, and what it cost. */
interface Refused {
  readonly request: GenerationRequest;
  readonly by: Model;
  readonly output: string;
  readonly spent: { readonly inputTokens: number; readonly outputTokens: number };
}

/** Keeps for the operators what is refused, and counts it. */
export type Reject = (refusal: Refusal, refused: Refused) => Promise<void>;

/** Keeps refused output as a store can hold it, and without our keys, should somebody have echoed one. */
export function makeReject({
  stores,
  prompts,
  providers,
  onRejected,
}: Pick<GeneratorOptions, 'stores' | 'prompts' | 'providers' | 'onRejected'>): Reject {
  const redact = makeRedact(providers.map(({ apiKey }) => apiKey));
  const clean = (text: string, length: number) =>
    redact(text).replaceAll('\0', '').slice(0, length).toWellFormed();

  return async ({ reason, detail }, { request, by, output, spent }) => {
    onRejected(reason);
    await stores.storeRejected({
      provider: by.provider,
      model: by.model,
      promptVersion: prompts.version,
      level: request.level,
      topic: request.topic,
      reason,
      detail: clean(detail, DETAIL_LENGTH),
      output: clean(output, OUTPUT_LENGTH),
      inputTokens: spent.inputTokens,
      outputTokens: spent.outputTokens,
    });
  };
}
