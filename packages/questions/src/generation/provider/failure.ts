import type { CallOutcome } from '../ports.ts';

/**
 * A request to a provider failed. It carries no cause, address, header or body: those hold the key, or whatever
 * somebody else has written.
 */
export class ProviderFailure extends Error {
  readonly outcome: Exclude<CallOutcome, 'ok'>;
  /** How long the provider wants to be left alone; 0 when it does not say. */
  readonly retryAfterMs: number;
  /** The beginning of a reply that was no answer, for the operators. */
  readonly sample: string | undefined;

  constructor(
    provider: string,
    outcome: Exclude<CallOutcome, 'ok'>,
    details: { readonly retryAfterMs?: number; readonly sample?: string | undefined } = {},
  ) {
    super(`${provider}: ${outcome}`);
    this.name = 'ProviderFailure';
    this.outcome = outcome;
    this.retryAfterMs = details.retryAfterMs ?? 0;
    this.sample = details.sample;
  }
}

/** No request is made: the provider's circuit is open, it asked for rest, or there is too little time. */
export class ProviderUnavailable extends Error {
  constructor(provider: string) {
    super(`${provider}: unavailable`);
    this.name = 'ProviderUnavailable';
  }
}
