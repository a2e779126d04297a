import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  CircuitState as State,
} from 'cockatiel';
import type { CircuitState } from '../api.ts';
import type { GenerationLimits } from '../limits.ts';
import { ProviderFailure, ProviderUnavailable } from './failure.ts';

/** Keeps requests away from a provider that fails. */
export interface Circuit {
  state(): CircuitState;
  /** Whether a request may be made: closed, or open for long enough that one may try. */
  admits(): boolean;
  /** Makes a request. Throws what it throws, and ProviderUnavailable without making it when none may be made. */
  run<T>(request: () => Promise<T>): Promise<T>;
}

const NAMES: Record<State, CircuitState> = {
  [State.Closed]: 'closed',
  [State.Open]: 'open',
  [State.Isolated]: 'open',
  [State.HalfOpen]: 'half_open',
};

/** A circuit that opens after so many failures in a row; requests that we cancelled are none. */
export function makeCircuit(
  provider: string,
  { failuresToOpen, halfOpenAfterMs }: Pick<GenerationLimits, 'failuresToOpen' | 'halfOpenAfterMs'>,
  onState: (state: CircuitState) => void,
): Circuit {
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof ProviderFailure && error.outcome !== 'cancelled'),
    { breaker: new ConsecutiveBreaker(failuresToOpen), halfOpenAfter: halfOpenAfterMs },
  );
  let openedAt = 0;
  breaker.onStateChange((state) => {
    // The clock by which cockatiel itself counts.
    if (state === State.Open) openedAt = Date.now();
    onState(NAMES[state]);
  });

  // While half-open, cockatiel would have others wait for the one that tries: longer than they may have.
  const admits = () =>
    breaker.state === State.Closed ||
    (breaker.state === State.Open && Date.now() - openedAt >= halfOpenAfterMs);

  return {
    state: () => NAMES[breaker.state],
    admits,
    async run(request) {
      if (!admits()) throw new ProviderUnavailable(provider);
      try {
        return await breaker.execute(request);
      } catch (error) {
        throw error instanceof BrokenCircuitError ? new ProviderUnavailable(provider) : error;
      }
    },
  };
}
