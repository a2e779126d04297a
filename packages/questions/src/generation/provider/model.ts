import type { ModelProvider } from '@rung/platform';
import { DelegateBackoff, handleWhen, retry } from 'cockatiel';
import type { CircuitState, GeneratorOptions } from '../api.ts';
import type { Deadline } from '../deadline.ts';
import type { GenerationLimits } from '../limits.ts';
import type { BudgetRefusal, CallOutcome } from '../ports.ts';
import { makeCircuit } from './circuit.ts';
import { makeEndpoint, type Reply } from './endpoint.ts';
import { ProviderFailure, ProviderUnavailable } from './failure.ts';
import type { Prompt } from './prompt.ts';

/** A provider's model as generation sees it: within budget, retried, and left alone when it fails. */
export interface Model {
  readonly provider: string;
  readonly model: string;
  circuit(): CircuitState;
  /** Whether a request could be made now. */
  isAvailable(): boolean;
  /**
   * Asks, and asks again after failures that may pass. Throws ProviderFailure, ProviderUnavailable, BudgetSpent, and
   * the errors of the stores.
   */
  ask(prompt: Prompt, userId: string | null, deadline: Deadline): Promise<Reply>;
}

/** There is no budget for a request. */
export class BudgetSpent extends Error {
  readonly refusal: BudgetRefusal;

  constructor(refusal: BudgetRefusal) {
    super(`no budget: ${refusal}`);
    this.name = 'BudgetSpent';
    this.refusal = refusal;
  }
}

const PASSING: ReadonlySet<CallOutcome> = new Set(['timeout', 'unreachable', 'rate_limited', 'server_error']);

/** Makes the model of one provider. */
export function makeModel(
  provider: ModelProvider,
  limits: GenerationLimits,
  options: Pick<GeneratorOptions, 'stores' | 'clock' | 'random' | 'onRequest' | 'onCircuit'>,
): Model {
  const { name, model, timeoutMs } = provider;
  const { stores, clock, random } = options;
  const complete = makeEndpoint(provider, limits.replyBytes);
  const circuit = makeCircuit(name, limits, (state) => options.onCircuit(name, state));
  let restsUntil = 0;

  const restMs = () => Math.max(0, restsUntil - performance.now());
  const isAvailable = () => restMs() === 0 && circuit.admits();

  async function request(prompt: Prompt, userId: string | null, deadline: Deadline): Promise<Reply> {
    if (!isAvailable() || deadline.leftMs() < limits.leastCallMs) throw new ProviderUnavailable(name);
    const reserved = await stores.reserveCall(userId, clock());
    if ('refused' in reserved) throw new BudgetSpent(reserved.refused);

    const settle = (
      outcome: CallOutcome,
      { inputTokens, outputTokens }: Pick<Reply, 'inputTokens' | 'outputTokens'>,
    ) => stores.settleCall(reserved.id, { provider: name, model, outcome, inputTokens, outputTokens });
    const nothing = { inputTokens: 0, outputTokens: 0 };
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    let reply: Reply;
    try {
      reply = await circuit.run(() =>
        complete(prompt, Math.max(1, Math.floor(Math.min(timeoutMs, deadline.leftMs()))), deadline.cancelled),
      );
    } catch (error) {
      if (error instanceof ProviderFailure) {
        if (error.retryAfterMs > 0) {
          restsUntil = performance.now() + Math.min(error.retryAfterMs, limits.longestRestMs);
        }
        options.onRequest(name, error.outcome, seconds());
        await settle(error.outcome, nothing);
      } else await settle('cancelled', nothing);
      throw error;
    }
    options.onRequest(name, 'ok', seconds());
    await settle('ok', reply);
    return reply;
  }

  return {
    provider: name,
    model,
    circuit: circuit.state,
    isAvailable,
    ask(prompt, userId, deadline) {
      const isWorthAnotherTry = (error: unknown) =>
        error instanceof ProviderFailure &&
        PASSING.has(error.outcome) &&
        deadline.leftMs() - Math.max(restMs(), limits.backoffMs) >= limits.leastCallMs;
      const backoff = new DelegateBackoff(({ attempt }: { attempt: number }) => {
        const jittered = limits.backoffMs * 2 ** (attempt - 1) * (1 + random());
        // Timers may fire a little early.
        return Math.min(Math.max(jittered, restMs() + 5), deadline.leftMs());
      });
      return retry(handleWhen(isWorthAnotherTry), { maxAttempts: limits.tries - 1, backoff }).execute(() =>
        request(prompt, userId, deadline),
      );
    },
  };
}
