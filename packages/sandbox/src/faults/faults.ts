import { type CallFault, type Fault, isCallFault } from './fault.ts';

const VIOLATIONS_LISTED = 100;
const SEED = 0x9e3779b9;

interface ActiveFault {
  fault: Fault;
  hits: number;
}

/** A call that a chat got although it had been told to wait. `at` is in Unix milliseconds. */
export interface Violation {
  at: number;
  method: string;
  chatId: number;
}

/** A call, as faults see it. The answer to a tap belongs to a chat, but is not sent to it. */
export interface PlannedCall {
  method: string;
  chatId: number | undefined;
  isToChat: boolean;
}

/** What is to happen to one call: first a delay, then a fault or nothing. */
export interface CallPlan {
  delayMs: number;
  fault?: CallFault;
  /** Seconds that the chat still has to wait because of an earlier 429. */
  pausedForSeconds?: number;
}

/**
 * The faults in force. Chance comes from a generator that starts anew with every new list, so the same calls meet
 * the same faults.
 */
export class Faults {
  readonly #now: () => number;
  #active: ActiveFault[] = [];
  #random = seededRandom(SEED);
  readonly #pausedUntil = new Map<number, number>();
  #violations = 0;
  #lastViolations: Violation[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Replaces all faults and forgets pauses and violations. */
  replace(faults: readonly Fault[]): void {
    this.#active = faults.map((fault) => ({ fault, hits: 0 }));
    this.#random = seededRandom(SEED);
    this.#pausedUntil.clear();
    this.#violations = 0;
    this.#lastViolations = [];
  }

  /** What `GET /control` shows. */
  state() {
    return {
      faults: this.#active.map(({ fault, hits }) => ({ ...fault, hits })),
      violations: this.#violations,
      lastViolations: this.#lastViolations,
      pausedChats: [...this.#pausedUntil]
        .filter(([, until]) => until > this.#now())
        .map(([chatId, until]) => ({ chatId, until })),
    };
  }

  /** Decides what happens to a call, and counts it. */
  planCall(call: PlannedCall): CallPlan {
    const { method, chatId, isToChat } = call;
    const pausedForSeconds =
      chatId !== undefined && isToChat ? this.#pausedSeconds(method, chatId) : undefined;
    if (pausedForSeconds !== undefined) return { delayMs: 0, pausedForSeconds };
    if (this.#active.length === 0) return { delayMs: 0 };
    let delayMs = 0;
    for (const active of this.#active) {
      const { fault } = active;
      if (fault.kind !== 'slow' && !isCallFault(fault)) continue;
      if (fault.method !== undefined && fault.method.toLowerCase() !== method.toLowerCase()) continue;
      if (fault.kind === 'blocked' && !isToChat) continue;
      if (!this.#hits(active, chatId)) continue;
      if (fault.kind === 'slow') {
        delayMs += fault.ms;
        continue;
      }
      if (fault.kind === 'tooManyRequests' && chatId !== undefined && isToChat)
        this.#pausedUntil.set(chatId, this.#now() + fault.retryAfter * 1000);
      return { delayMs, fault };
    }
    return { delayMs };
  }

  /** How often an update from this chat is delivered. */
  copiesOfUpdate(chatId: number): number {
    const active = this.#active.find(
      (each) => each.fault.kind === 'duplicateUpdates' && this.#hits(each, chatId),
    );
    return active?.fault.kind === 'duplicateUpdates' ? active.fault.times : 1;
  }

  /** How many updates are collected before they are delivered in reverse; 1 when in order. */
  reorderWindow(chatId: number): number {
    const active = this.#active.find(
      (each) => each.fault.kind === 'reorderUpdates' && this.#hits(each, chatId),
    );
    return active?.fault.kind === 'reorderUpdates' ? active.fault.window : 1;
  }

  #hits(active: ActiveFault, chatId: number | undefined): boolean {
    const { fault } = active;
    if (fault.chatId !== undefined && fault.chatId !== chatId) return false;
    if (fault.count !== undefined && active.hits >= fault.count) return false;
    if (fault.probability !== undefined && this.#random() >= fault.probability) return false;
    active.hits++;
    return true;
  }

  #pausedSeconds(method: string, chatId: number): number | undefined {
    const until = this.#pausedUntil.get(chatId);
    if (until === undefined) return undefined;
    const at = this.#now();
    if (at >= until) {
      this.#pausedUntil.delete(chatId);
      return undefined;
    }
    this.#violations++;
    this.#lastViolations.push({ at, method, chatId });
    if (this.#lastViolations.length > VIOLATIONS_LISTED) this.#lastViolations.shift();
    return Math.ceil((until - at) / 1000);
  }
}

/** Numbers in [0, 1), the same for the same seed (the mulberry32 generator). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
