import { PendingUpdates } from '../updates/pendingUpdates.ts';
import type { Bot, TelegramUpdate } from '../updates/telegramObjects.ts';
import { Callbacks } from './callbacks.ts';
import type { Chat } from './chat.ts';
import { Chats } from './chats.ts';
import { CommandMenu } from './commandMenu.ts';
import { Journal } from './journal.ts';
import type { JournalRecord } from './journalRecord.ts';
import type { Learner, Notice, StoredMessage } from './model.ts';
import { type Photo, Photos } from './photos.ts';

const FIRST_UPDATE_ID = 100_000_001;

/** What watchers of the sandbox are told. Current content is read from the world when it is shown. */
export type SandboxEvent =
  | { type: 'learner'; chatId: number }
  | { type: 'learners' }
  | { type: 'message'; chatId: number; messageId: number }
  | { type: 'deleted'; chatId: number; messageId: number }
  | { type: 'notice'; chatId: number; notice: Notice }
  | { type: 'callback'; chatId: number; messageId: number; data: string; waiting: boolean }
  | { type: 'commands' };

/** Everything that the emulated Telegram knows; changes are written to the data file, if there is one. */
export class World {
  readonly bot: Bot;
  readonly chats = new Chats();
  readonly photos = new Photos();
  readonly menu = new CommandMenu();
  readonly callbacks: Callbacks;
  readonly updates: PendingUpdates;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Update types that the bot wants; undefined means all that the sandbox makes. */
  allowedUpdates: ReadonlySet<string> | undefined;
  readonly #watchers = new Set<(event: SandboxEvent) => void>();
  #journal: Journal | undefined;
  #nextUpdateId = FIRST_UPDATE_ID;

  constructor(options: { bot: Bot; now: () => number; dataFile?: string | undefined }) {
    this.bot = options.bot;
    this.now = options.now;
    this.callbacks = new Callbacks(options.now);
    this.updates = new PendingUpdates({
      now: options.now,
      onAdded: ({ update, userId, createdAt }) => this.record({ kind: 'update', update, userId, createdAt }),
      onRemoved: (updateId) => this.record({ kind: 'delivered', updateId }),
    });
    if (options.dataFile !== undefined)
      this.#journal = Journal.open(
        options.dataFile,
        (record) => this.#replay(record),
        () => this.#snapshot(),
      );
  }

  /** Unix time in whole seconds, as Telegram dates things. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  record(record: JournalRecord): void {
    this.#journal?.append(record);
  }

  notify(event: SandboxEvent): void {
    for (const watcher of this.#watchers) watcher(event);
  }

  watch(watcher: (event: SandboxEvent) => void): void {
    this.#watchers.add(watcher);
  }

  close(): void {
    this.#journal?.close();
  }

  addLearner(details: Omit<Learner, 'id' | 'blocked'>): Learner {
    const { learner } = this.chats.create(details);
    this.record({ kind: 'learner', learner });
    return learner;
  }

  putMessage(chat: Chat, message: StoredMessage): void {
    this.chats.put(chat, message);
    this.record({ kind: 'message', chatId: chat.learner.id, message });
    this.notify({ type: 'message', chatId: chat.learner.id, messageId: message.id });
  }

  addPhoto(photo: Photo): void {
    this.photos.add(photo);
    const { content, contentType, ...ref } = photo;
    this.record({ kind: 'photo', ref, contentType, base64: content.toString('base64') });
  }

  /** Makes an update with the next id, and hands it to whoever delivers unless `deliver` is false. */
  newUpdate(
    learner: Learner,
    content: (updateId: number) => Record<string, unknown>,
    deliver: boolean,
  ): TelegramUpdate {
    const updateId = this.#nextUpdateId++;
    const update = { update_id: updateId, ...content(updateId) };
    const wanted = Object.keys(update).some((type) => this.allowedUpdates?.has(type) ?? true);
    if (deliver && wanted) this.updates.add(update, learner.id);
    else this.record({ kind: 'ids', updateId: this.#nextUpdateId });
    return update;
  }

  #replay(record: JournalRecord): void {
    switch (record.kind) {
      case 'ids':
        this.#nextUpdateId = Math.max(this.#nextUpdateId, record.updateId ?? 0);
        this.chats.reserveThrough((record.learnerId ?? 0) - 1);
        break;
      case 'learner':
        this.chats.restore(record.learner);
        break;
      case 'messageIds':
        this.chats.get(record.chatId)?.reserveThrough(record.next - 1);
        break;
      case 'message': {
        const chat = this.chats.get(record.chatId);
        if (chat) this.chats.put(chat, record.message);
        break;
      }
      case 'deleted':
        this.chats.get(record.chatId)?.remove(record.messageId);
        break;
      case 'commands':
        this.menu.set(record);
        break;
      case 'photo':
        this.photos.add({
          ...record.ref,
          contentType: record.contentType,
          content: Buffer.from(record.base64, 'base64'),
        });
        break;
      case 'update':
        this.#nextUpdateId = Math.max(this.#nextUpdateId, record.update.update_id + 1);
        this.updates.restore(record);
        break;
      case 'delivered':
        this.updates.forget(record.updateId);
        break;
    }
  }

  *#snapshot(): Iterable<JournalRecord> {
    yield { kind: 'ids', updateId: this.#nextUpdateId, learnerId: this.chats.nextLearnerId };
    for (const chat of this.chats.all()) {
      const chatId = chat.learner.id;
      yield { kind: 'learner', learner: chat.learner };
      for (const message of chat.messages()) yield { kind: 'message', chatId, message };
      yield { kind: 'messageIds', chatId, next: chat.nextMessageId };
    }
    for (const list of this.menu.all()) yield { kind: 'commands', ...list };
    for (const { content, contentType, ...ref } of this.photos.all())
      yield { kind: 'photo', ref, contentType, base64: content.toString('base64') };
    for (const { update, userId, createdAt } of this.updates.all())
      yield { kind: 'update', update, userId, createdAt };
  }
}
