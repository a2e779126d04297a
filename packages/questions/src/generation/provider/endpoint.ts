import type { ModelProvider } from '@rung/platform';
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { makeBoundedFetch, ReplyTooLarge } from './boundedFetch.ts';
import { ProviderFailure } from './failure.ts';
import type { Prompt } from './prompt.ts';

/** What a model answered. */
export interface Reply {
  /** Its words; empty when there are none. */
  readonly text: string;
  /** It declined, by itself or its provider's filter. */
  readonly isRefusal: boolean;
  /** It ran out of tokens in the middle. */
  readonly isTruncated: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** One request to a provider, made once. Throws ProviderFailure whatever the provider does. */
export type Complete = (prompt: Prompt, timeoutMs: number, cancelled: AbortSignal) => Promise<Reply>;

/** No model takes more for one answer: whoever says so, or counts in fractions, says nothing. */
const MOST_TOKENS = 10_000_000;
const count = z.int().nonnegative().max(MOST_TOKENS).catch(0);
const completion = z.object({
  choices: z
    .tuple([
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    ])
    .rest(z.unknown()),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(null),
});

/** Speaks OpenAI's chat completions with a provider. Replies of more than `replyBytes` bytes are not read. */
export function makeEndpoint({ name, baseUrl, apiKey, model }: ModelProvider, replyBytes: number): Complete {
  const client = new OpenAI({
    baseURL: baseUrl,
    apiKey,
    // What it would otherwise take from the environment.
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
    fetch: makeBoundedFetch(replyBytes),
  });

  return async (prompt, timeoutMs, cancelled) => {
    try {
      const response = await client.chat.completions
        .create(
          {
            model,
            messages: [
              { role: 'system', content: prompt.system },
              { role: 'user', content: prompt.user },
            ],
            response_format: zodResponseFormat(prompt.schema, prompt.name),
            max_completion_tokens: prompt.outputTokens,
          },
          { timeout: timeoutMs, signal: cancelled },
        )
        .asResponse();
      return parseReply(name, await response.text());
    } catch (error) {
      if (cancelled.aborted) throw new ProviderFailure(name, 'cancelled');
      throw error instanceof APIError ? failureOf(name, error) : error;
    }
  };
}

function parseReply(provider: string, body: string): Reply {
  const parsed = completion.safeParse(parseJson(body));
  if (!parsed.success) throw new ProviderFailure(provider, 'bad_reply', { sample: body });
  const { choices, usage } = parsed.data;
  const [{ message, finish_reason: finish }] = choices;
  return {
    text: message.content ?? message.refusal ?? '',
    isRefusal: Boolean(message.refusal) || finish === 'content_filter',
    isTruncated: finish === 'length',
    inputTokens: usage?.prompt_tokens ?? 0,
    outputTokens: usage?.completion_tokens ?? 0,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failureOf(provider: string, error: APIError): ProviderFailure {
  if (error instanceof APIConnectionTimeoutError) return new ProviderFailure(provider, 'timeout');
  if (error instanceof APIConnectionError) {
    const { cause } = error;
    if (!(cause instanceof ReplyTooLarge)) return new ProviderFailure(provider, 'unreachable');
    return new ProviderFailure(provider, 'too_large', { sample: cause.sample });
  }
  const { status = 0, headers } = error;
  const retryAfterMs = retryAfterOf(headers);
  if (status === 429) return new ProviderFailure(provider, 'rate_limited', { retryAfterMs });
  if (status === 408) return new ProviderFailure(provider, 'timeout');
  if (status >= 500) return new ProviderFailure(provider, 'server_error', { retryAfterMs });
  return new ProviderFailure(provider, 'refused');
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, 10.2.3). 0 without one. */
function retryAfterOf(headers: Headers | undefined): number {
  const value = headers?.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? 0 : Math.max(0, at - Date.now());
}
