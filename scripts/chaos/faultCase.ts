/** Where BullMQ keeps its jobs. */
export type QueueKind = 'redis' | 'postgres';

/** How a case is to be run. */
export interface Conditions {
  readonly queue: QueueKind;
  /** Small sizes, for the test suite. */
  readonly quick: boolean;
  /** Told what happens. */
  readonly say: (text: string) => void;
  /** Gets what the services print, appended. */
  readonly logFile?: string;
}

/** What a case has found. */
export interface Finding {
  readonly ok: boolean;
  /** Accepted updates, or deliveries that were due, without their effect. */
  readonly lost: number;
  /** Effects that came more than once. */
  readonly duplicated: number;
  readonly [detail: string]: unknown;
}

/** A guarantee, and the fault that proves it. Bounded in size and time; touches only processes that it has started. */
export interface FaultCase {
  readonly name: string;
  /** One line for the list. */
  readonly about: string;
  readonly queues: readonly QueueKind[];
  run(conditions: Conditions): Promise<Finding>;
}

export const bothQueues: readonly QueueKind[] = ['redis', 'postgres'];
