import type { TelegramUpdate } from './telegramObjects.ts';

/** Telegram keeps an undelivered update for a day. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const KEPT_AT_MOST = 200_000;

/** An update that has not been delivered yet. `createdAt` is in Unix milliseconds. */
export interface PendingUpdate {
  update: TelegramUpdate;
  userId: number;
  createdAt: number;
}

/** The bot's undelivered updates, oldest first. */
export class PendingUpdates {
  readonly #pending = new Map<number, PendingUpdate>();
  readonly #onAdded: (pending: PendingUpdate) => void;
  readonly #onRemoved: (updateId: number) => void;
  readonly #listeners = new Set<(pending: PendingUpdate) => void>();
  readonly #now: () => number;

  constructor(hooks: {
    now: () => number;
    onAdded: (pending: PendingUpdate) => void;
    onRemoved: (updateId: number) => void;
  }) {
    this.#now = hooks.now;
    this.#onAdded = hooks.onAdded;
    this.#onRemoved = hooks.onRemoved;
  }

  get size(): number {
    this.#forgetOld();
    return this.#pending.size;
  }

  all(): PendingUpdate[] {
    this.#forgetOld();
    return [...this.#pending.values()];
  }

  /** The first `limit` updates. */
  first(limit: number): TelegramUpdate[] {
    this.#forgetOld();
    const updates: TelegramUpdate[] = [];
    for (const { update } of this.#pending.values()) {
      if (updates.length >= limit) break;
      updates.push(update);
    }
    return updates;
  }

  has(updateId: number): boolean {
    return this.#pending.has(updateId);
  }

  /** Puts back what was stored; nobody is told. */
  restore(pending: PendingUpdate): void {
    this.#pending.set(pending.update.update_id, pending);
  }

  /** Takes out what was stored as delivered; nobody is told. */
  forget(updateId: number): void {
    this.#pending.delete(updateId);
  }

  /** Adds a new update and tells whoever delivers. */
  add(update: TelegramUpdate, userId: number): void {
    const pending = { update, userId, createdAt: this.#now() };
    this.#pending.set(update.update_id, pending);
    this.#onAdded(pending);
    this.#forgetOld();
    for (const listener of this.#listeners) listener(pending);
  }

  remove(updateId: number): void {
    if (this.#pending.delete(updateId)) this.#onRemoved(updateId);
  }

  /** Removes all updates below `offset`; a negative one keeps only the last `-offset`. */
  confirm(offset: number): void {
    if (offset >= 0) for (const id of [...this.#pending.keys()].filter((id) => id < offset)) this.remove(id);
    else for (const id of [...this.#pending.keys()].slice(0, offset)) this.remove(id);
  }

  clear(): void {
    for (const id of [...this.#pending.keys()]) this.remove(id);
  }

  /** Calls `listener` with every new update, until the returned function is called. */
  subscribe(listener: (pending: PendingUpdate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #forgetOld(): void {
    const oldest = this.#now() - KEPT_MS;
    for (const [id, { createdAt }] of this.#pending) {
      if (createdAt > oldest && this.#pending.size <= KEPT_AT_MOST) break;
      this.remove(id);
    }
  }
}
