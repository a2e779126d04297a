import type { z } from 'zod';
import type { Deadline } from './deadline.ts';
import type { Reply } from './provider/endpoint.ts';
import { ProviderFailure, ProviderUnavailable } from './provider/failure.ts';
import type { Model } from './provider/model.ts';
import type { Prompt } from './provider/prompt.ts';
import type { Refusal } from './rejection.ts';

/** A usable answer, and who gave it. */
export interface Answer<T> {
  readonly value: T;
  /** The model's words. */
  readonly output: string;
  readonly by: Model;
}

/** An answer that cannot be used. */
export interface Unusable extends Refusal {
  readonly output: string;
  readonly by: Model;
}

export interface Asking<S extends z.ZodType> {
  readonly prompt: Prompt<S>;
  readonly userId: string | null;
  readonly deadline: Deadline;
  /** Told of each reply, for its tokens. */
  readonly onReply: (reply: Reply) => void;
  /** Told of each answer that cannot be used, before the next model is asked. */
  readonly onUnusable: (unusable: Unusable) => Promise<void>;
  /** Told of each model that gave no answer. */
  readonly onSilent: (model: Model) => void;
}

const PLAIN_REFUSAL =
  /^\W{0,3}(?:i['’]?m sorry|sorry|i (?:cannot|can['’]?t|won['’]?t|am unable)|as an ai)\b/i;

/**
 * Asks one model after the other until one gives an answer of the prompt's form; null when none does. Each gets an
 * equal share of the time that is left, so that one that hangs leaves enough for the next. Throws BudgetSpent and the
 * errors of the stores.
 */
export async function askInOrder<S extends z.ZodType>(
  models: readonly Model[],
  { prompt, userId, deadline, onReply, onUnusable, onSilent }: Asking<S>,
): Promise<Answer<z.output<S>> | null> {
  const available = models.filter((model) => model.isAvailable());
  for (const [index, by] of available.entries()) {
    const asked = await ask(by, prompt, userId, deadline.slice(1 / (available.length - index)));
    if (asked === null) onSilent(by);
    else {
      if (asked.reply !== undefined) onReply(asked.reply);
      if ('value' in asked) return { value: asked.value, output: asked.output, by };
      await onUnusable({ reason: asked.reason, detail: asked.detail, output: asked.output, by });
    }
  }
  return null;
}

type Asked<T> = { readonly reply?: Reply; readonly output: string } & ({ readonly value: T } | Refusal);

/** Asks one model; null when it gives no answer at all. */
async function ask<S extends z.ZodType>(
  by: Model,
  prompt: Prompt<S>,
  userId: string | null,
  deadline: Deadline,
): Promise<Asked<z.output<S>> | null> {
  try {
    const reply = await by.ask(prompt, userId, deadline);
    return { reply, output: reply.text, ...read(prompt.schema, reply) };
  } catch (error) {
    if (error instanceof ProviderUnavailable) return null;
    if (!(error instanceof ProviderFailure)) throw error;
    if (error.sample === undefined) return null;
    const reason = error.outcome === 'too_large' ? 'too_large' : 'not_json';
    return { reason, detail: `the provider's reply: ${error.outcome}`, output: error.sample };
  }
}

/** What a reply says, in the form of `schema`. */
function read<S extends z.ZodType>(schema: S, reply: Reply): { readonly value: z.output<S> } | Refusal {
  if (reply.isRefusal || PLAIN_REFUSAL.test(reply.text)) return { reason: 'refusal', detail: 'it declined' };
  if (reply.isTruncated) return { reason: 'truncated', detail: 'it stopped in the middle' };
  let json: unknown;
  try {
    json = JSON.parse(reply.text);
  } catch {
    return { reason: 'not_json', detail: 'it is no JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim());
  return { reason: 'schema', detail: faults.join('; ') };
}
