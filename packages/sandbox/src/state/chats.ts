import { Chat } from './chat.ts';
import type { Learner, StoredMessage } from './model.ts';

/** Learners' ids start above 32 bits, as those of new Telegram accounts do. */
const FIRST_LEARNER_ID = 5_000_000_001;
const MESSAGES_PER_CHAT = 200;
/** With many chats each keeps fewer messages, so that memory stays bounded. */
const MESSAGES_IN_ALL = 400_000;
const MESSAGES_PER_CHAT_AT_LEAST = 10;

/** All learners and their chats. */
export class Chats {
  readonly #chats = new Map<number, Chat>();
  #nextLearnerId = FIRST_LEARNER_ID;

  get nextLearnerId(): number {
    return this.#nextLearnerId;
  }

  get size(): number {
    return this.#chats.size;
  }

  get(chatId: number): Chat | undefined {
    return this.#chats.get(chatId);
  }

  all(): IterableIterator<Chat> {
    return this.#chats.values();
  }

  /** Adds a learner with the next free id. */
  create(details: Omit<Learner, 'id' | 'blocked'>): Chat {
    return this.restore({ ...details, id: this.#nextLearnerId, blocked: false });
  }

  /** Adds a learner as stored, or replaces what is known about one. */
  restore(learner: Learner): Chat {
    const known = this.#chats.get(learner.id);
    if (known) {
      Object.assign(known.learner, learner);
      return known;
    }
    const chat = new Chat(learner);
    this.#chats.set(learner.id, chat);
    this.reserveThrough(learner.id);
    return chat;
  }

  reserveThrough(learnerId: number): void {
    this.#nextLearnerId = Math.max(this.#nextLearnerId, learnerId + 1);
  }

  /** Stores a message and forgets those that are too old to keep. */
  put(chat: Chat, message: StoredMessage): void {
    chat.put(message);
    const share = Math.floor(MESSAGES_IN_ALL / this.#chats.size);
    chat.keepLast(Math.min(MESSAGES_PER_CHAT, Math.max(MESSAGES_PER_CHAT_AT_LEAST, share)));
  }
}
