import type { Faults } from '../faults/faults.ts';
import type { PendingUpdate, PendingUpdates } from './pendingUpdates.ts';
import { WebhookClient, type WebhookFailure } from './webhookClient.ts';

const FIRST_BACKOFF_MS = 1_000;
const BACKOFF_AT_MOST_MS = 60_000;
const RETRY_AFTER_AT_MOST_S = 3_600;
/** Updates held back to be reordered are delivered after this time even when the window has not filled. */
const REORDER_WAIT_MS = 250;

/** Where updates go. */
export interface WebhookTarget {
  url: string;
  /** Sent as X-Telegram-Bot-Api-Secret-Token; '' sends no header. */
  secret: string;
  /** Requests at a time, 1 to 100. */
  maxConnections: number;
}

/** One user's undelivered updates: the first is delivered, or tried again, before the next. */
interface Lane {
  waiting: PendingUpdate[];
  failures: number;
  timer?: NodeJS.Timeout;
}

/**
 * Delivers pending updates to a webhook by Telegram's rules: anything but a 2xx is tried again with a growing pause
 * (or after `Retry-After`) until the update expires; one user's later updates wait behind a failing one, other users
 * go on.
 */
export class WebhookDelivery {
  readonly #updates: PendingUpdates;
  readonly #faults: Faults;
  readonly #onFailure: (message: string) => void;
  readonly #client: WebhookClient;
  readonly #maxConnections: number;
  readonly #lanes = new Map<number, Lane>();
  readonly #unsubscribe: () => void;
  #ready: Lane[] = [];
  #held: PendingUpdate[] = [];
  #holdTimer: NodeJS.Timeout | undefined;
  #inFlight = 0;
  #stopped = false;

  constructor(
    target: WebhookTarget,
    {
      updates,
      faults,
      onFailure,
    }: { updates: PendingUpdates; faults: Faults; onFailure: (message: string) => void },
  ) {
    this.#updates = updates;
    this.#faults = faults;
    this.#onFailure = onFailure;
    this.#maxConnections = target.maxConnections;
    this.#client = new WebhookClient(target);
    for (const pending of updates.all()) this.#enqueue(pending);
    this.#unsubscribe = updates.subscribe((pending) => this.#accept(pending));
  }

  /** Stops at once; what was not delivered stays pending. */
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    clearTimeout(this.#holdTimer);
    for (const { timer } of this.#lanes.values()) clearTimeout(timer);
    this.#client.close();
  }

  #accept(pending: PendingUpdate): void {
    for (let copy = this.#faults.copiesOfUpdate(pending.userId); copy > 0; copy--) this.#hold(pending);
  }

  #hold(pending: PendingUpdate): void {
    const window = this.#faults.reorderWindow(pending.userId);
    this.#held.push(pending);
    if (this.#held.length >= window) this.#releaseHeld();
    else this.#holdTimer ??= setTimeout(() => this.#releaseHeld(), REORDER_WAIT_MS);
  }

  #releaseHeld(): void {
    clearTimeout(this.#holdTimer);
    this.#holdTimer = undefined;
    const held = this.#held.reverse();
    this.#held = [];
    for (const pending of held) this.#enqueue(pending);
  }

  #enqueue(pending: PendingUpdate): void {
    const lane = this.#lanes.get(pending.userId);
    if (lane) {
      lane.waiting.push(pending);
      return;
    }
    const created: Lane = { waiting: [pending], failures: 0 };
    this.#lanes.set(pending.userId, created);
    this.#ready.push(created);
    this.#pump();
  }

  #pump(): void {
    while (!this.#stopped && this.#inFlight < this.#maxConnections) {
      const lane = this.#ready.shift();
      if (!lane) return;
      const pending = lane.waiting[0];
      if (pending) void this.#deliver(lane, pending);
    }
  }

  async #deliver(lane: Lane, pending: PendingUpdate): Promise<void> {
    const { update_id: updateId } = pending.update;
    this.#inFlight++;
    const failure = this.#updates.has(updateId) ? await this.#client.post(pending.update) : undefined;
    this.#inFlight--;
    if (this.#stopped) return;
    if (failure) this.#postpone(lane, failure);
    else {
      lane.waiting.shift();
      lane.failures = 0;
      if (!lane.waiting.some(({ update }) => update.update_id === updateId)) this.#updates.remove(updateId);
      if (lane.waiting.length > 0) this.#ready.push(lane);
      else this.#lanes.delete(pending.userId);
    }
    this.#pump();
  }

  #postpone(lane: Lane, { message, retryAfterSeconds }: WebhookFailure): void {
    this.#onFailure(message);
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** lane.failures, BACKOFF_AT_MOST_MS);
    const waitMs =
      retryAfterSeconds > 0 ? Math.min(retryAfterSeconds, RETRY_AFTER_AT_MOST_S) * 1000 : backoffMs;
    lane.failures++;
    lane.timer = setTimeout(() => {
      this.#ready.push(lane);
      this.#pump();
    }, waitMs);
  }
}
