import type { CircuitState, GenerationResult, Generator, GeneratorOptions } from './api.ts';
import { type Deadline, deadlineIn } from './deadline.ts';
import { makeDuplicates } from './duplicates.ts';
import { generationLimits } from './limits.ts';
import { makeQuestion } from './makeQuestion.ts';
import type { GenerationRequest } from './ports.ts';
import { BudgetSpent, type Model, makeModel } from './provider/model.ts';
import { makeReject } from './reject.ts';
import { makeSafetyCheck } from './safety.ts';
import type { Workshop } from './workshop.ts';

/** Makes a generator over the given providers; it does nothing until it is asked. */
export function makeGenerator(options: GeneratorOptions): Generator {
  const { stores, prompts, examples, random, limits = generationLimits } = options;
  const models = options.providers.map((provider) => makeModel(provider, limits, options));
  const workshop: Workshop = {
    prompts,
    bank: examples,
    limits,
    random,
    stores,
    findUnsafe: makeSafetyCheck(
      prompts,
      options.providers.map(({ apiKey }) => apiKey),
    ),
    duplicates: makeDuplicates(stores, limits.similarity),
    reject: makeReject(options),
  };
  const running = new Set<AbortController>();
  let isClosed = false;

  async function generate(request: GenerationRequest, deadline: Deadline): Promise<GenerationResult> {
    const silent = new Set<Model>();
    for (let turn = 0; turn < limits.candidates; turn++) {
      if (deadline.leftMs() < 2 * limits.leastCallMs) break;
      const made = await makeQuestion(workshop, {
        request,
        deadline,
        models: inTurn(models, turn, silent),
        silent,
      });
      if (made === 'refused') continue;
      if (made === 'unanswered') return { none: whyNot(deadline) ?? 'providers_down' };
      options.onQuestion(made.source);
      return { id: made.id };
    }
    return { none: whyNot(deadline) ?? 'rejected' };
  }

  function whyNot(deadline: Deadline): 'cancelled' | 'deadline' | undefined {
    if (deadline.cancelled.aborted) return 'cancelled';
    return deadline.leftMs() < 2 * limits.leastCallMs ? 'deadline' : undefined;
  }

  return {
    async generate(request, { timeoutMs, signal }) {
      if (models.length === 0) return { none: 'no_provider' };
      if (isClosed || signal?.aborted) return { none: 'cancelled' };
      const controller = new AbortController();
      const cancel = () => controller.abort();
      signal?.addEventListener('abort', cancel);
      running.add(controller);
      try {
        return await generate(request, deadlineIn(timeoutMs, controller.signal));
      } catch (error) {
        if (error instanceof BudgetSpent) return { none: error.refusal };
        throw error;
      } finally {
        running.delete(controller);
        signal?.removeEventListener('abort', cancel);
      }
    },
    circuits: () =>
      new Map<string, CircuitState>(models.map(({ provider, circuit }) => [provider, circuit()])),
    close() {
      isClosed = true;
      for (const controller of running) controller.abort();
    },
  };
}

/** Each turn begins with another model, as the one before has just been refused; silent ones come last. */
function inTurn(models: readonly Model[], turn: number, silent: ReadonlySet<Model>): Model[] {
  const from = turn % models.length;
  const turned = [...models.slice(from), ...models.slice(0, from)];
  return [...turned.filter((model) => !silent.has(model)), ...turned.filter((model) => silent.has(model))];
}
