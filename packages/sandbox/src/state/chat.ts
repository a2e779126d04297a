import type { Learner, Notice, StoredMessage } from './model.ts';

const NOTICES_KEPT = 20;

/** One private chat between a learner and the bot: the last messages, in order. */
export class Chat {
  readonly learner: Learner;
  readonly notices: Notice[] = [];
  readonly #messages = new Map<number, StoredMessage>();
  #nextMessageId = 1;

  constructor(learner: Learner) {
    this.learner = learner;
  }

  get nextMessageId(): number {
    return this.#nextMessageId;
  }

  /** Number of messages kept. */
  get size(): number {
    return this.#messages.size;
  }

  messages(): StoredMessage[] {
    return [...this.#messages.values()];
  }

  message(id: number): StoredMessage | undefined {
    return this.#messages.get(id);
  }

  last(): StoredMessage | undefined {
    return this.messages().at(-1);
  }

  /** Stores a new message or a new version of one. Ids only grow, and one that was used never comes again. */
  put(message: StoredMessage): void {
    this.#messages.set(message.id, message);
    this.reserveThrough(message.id);
  }

  reserveThrough(messageId: number): void {
    this.#nextMessageId = Math.max(this.#nextMessageId, messageId + 1);
  }

  remove(id: number): boolean {
    return this.#messages.delete(id);
  }

  /** Forgets the oldest messages until at most `limit` are left, and returns how many went. */
  keepLast(limit: number): number {
    let forgotten = 0;
    for (const id of this.#messages.keys()) {
      if (this.#messages.size <= limit) break;
      this.#messages.delete(id);
      forgotten++;
    }
    return forgotten;
  }

  addNotice(notice: Notice): void {
    this.notices.push(notice);
    if (this.notices.length > NOTICES_KEPT) this.notices.shift();
  }
}
