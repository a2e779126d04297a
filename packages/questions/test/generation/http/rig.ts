import { seededRandom } from '@rung/domain';
import type { ModelProvider } from '@rung/platform';
import { type ModelServer, startModelServer } from '../../../../../scripts/stack/modelServer.ts';
import {
  type BankQuestion,
  type CallOutcome,
  type CircuitState,
  type GenerationLimits,
  type GenerationRequest,
  type Generator,
  generationLimits,
  makeGenerator,
  type RejectionReason,
  readBank,
  readPrompts,
} from '../../../src/index.ts';
import { type MemoryStores, memoryStores } from '../memoryStores.ts';

/** A request as for any learner. */
export const request: GenerationRequest = {
  level: 2,
  topic: 'streaming',
  userId: '4242',
  weakPoints: ['What does a consumer group commit?'],
  avoid: ['What does a broker keep on disk?'],
};

export interface Rig {
  readonly servers: readonly ModelServer[];
  readonly providers: readonly ModelProvider[];
  readonly stores: MemoryStores;
  readonly generator: Generator;
  readonly bank: readonly BankQuestion[];
  /** What was told to the callbacks, in order. */
  readonly told: {
    readonly requests: [string, CallOutcome][];
    readonly questions: string[];
    readonly rejected: RejectionReason[];
    readonly circuits: [string, CircuitState][];
  };
  /** Reasons kept in the store. */
  reasons(): RejectionReason[];
}

const NAMES = ['first', 'second', 'third'] as const;

/** Retries without much of a wait, so that tests take none. */
const quick: GenerationLimits = { ...generationLimits, backoffMs: 5 };

let bankOnce: Promise<BankQuestion[]> | undefined;

/** A generator over `servers`, with stores in memory that hold the bank. */
export async function makeRig(
  servers: readonly ModelServer[],
  options: {
    readonly limits?: Partial<GenerationLimits>;
    readonly timeoutMs?: number;
    readonly stores?: (bank: readonly BankQuestion[]) => MemoryStores;
  } = {},
): Promise<Rig> {
  bankOnce ??= readBank();
  const bank = await bankOnce;
  const providers = servers.map(({ baseUrl }, n) => ({
    name: NAMES[n] ?? '',
    baseUrl,
    apiKey: `sk-canary-of-${NAMES[n]}-0123456789`,
    model: `model-of-${NAMES[n]}`,
    timeoutMs: options.timeoutMs ?? 5_000,
  }));
  const stores = (options.stores ?? memoryStores)(bank);
  const told: Rig['told'] = { requests: [], questions: [], rejected: [], circuits: [] };
  const generator = makeGenerator({
    providers,
    stores,
    prompts: await readPrompts(),
    examples: bank,
    limits: { ...quick, ...options.limits },
    clock: () => new Date('2026-03-01T10:00:00Z'),
    random: seededRandom('generation'),
    onRequest: (provider, outcome) => told.requests.push([provider, outcome]),
    onQuestion: (source) => told.questions.push(source),
    onRejected: (reason) => told.rejected.push(reason),
    onCircuit: (provider, state) => told.circuits.push([provider, state]),
  });
  const reasons = () => stores.rejected.map(({ reason }) => reason);
  return { servers, providers, stores, generator, bank, told, reasons };
}

/** Runs `use` with a generator over as many model servers as asked for (one), and ends them all. */
export async function withRig(
  options: { readonly servers?: number } & Parameters<typeof makeRig>[1],
  use: (rig: Rig, server: ModelServer) => Promise<void>,
): Promise<void> {
  const [first, ...others] = await Promise.all(
    NAMES.slice(0, options.servers ?? 1).map((_, n) => startModelServer({ firstQuestion: 40 * n })),
  );
  if (first === undefined) throw new Error('a rig needs a server');
  const rig = await makeRig([first, ...others], options);
  try {
    await use(rig, first);
  } finally {
    rig.generator.close();
    await Promise.all(rig.servers.map((server) => server.close()));
  }
}
