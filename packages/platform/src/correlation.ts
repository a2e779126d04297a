import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<string>();

/** Runs `work` so that everything it logs, now or later, carries this id. Returns what `work` returns. */
export function withCorrelation<T>(id: string, work: () => T): T {
  return storage.run(id, work);
}

/** The id of the update or job being worked on; undefined outside of `withCorrelation`. */
export function correlationId(): string | undefined {
  return storage.getStore();
}
