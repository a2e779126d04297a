import { type Database, findLearner, type Learner } from '@rung/db';

interface Message {
  message_id: number;
  from: 'bot' | 'user';
  text: string;
  keyboard: { text: string; data: string }[][] | null;
}

/** Somebody with a chat in the sandbox. */
export interface Person {
  readonly id: string;
  /** Writes a text; resolves to its place in the inbox. Nobody handles it yet. */
  writes(text: string): Promise<string>;
  /** Taps a button of a message (the bot's last one); resolves to the tap's place in the inbox. Nobody handles it yet. */
  taps(data: string, messageId?: number): Promise<string>;
  /** Writes a text, has it handled, and resolves to the bot's last message. */
  says(text: string): Promise<Message>;
  /** Taps a button, has it handled, and resolves to the tapped message as it is then. */
  presses(data: string, messageId?: number): Promise<Message>;
  /** Answers a delivery on its message, which it resolves to. */
  answers(deliveryId: string, how: 'right' | 'wrong'): Promise<Message>;
  blocks(): Promise<void>;
  unblocks(): Promise<void>;
  /** The bot's messages, oldest first. */
  messages(): Promise<Message[]>;
  last(): Promise<Message>;
  /** What taps were answered with, oldest first. */
  notices(): Promise<string[]>;
  /** The learner's row. */
  row(): Promise<Learner>;
}

/** What a person needs of the bot that they talk to. */
interface Counterpart {
  readonly db: Database;
  readonly http: <T>(method: 'GET' | 'POST', path: string, body?: object) => Promise<T>;
  readonly store: (userId: string, update: { update_id: number }) => Promise<string>;
  readonly handle: (seq: string) => Promise<void>;
  readonly shown: (deliveryId: string) => Promise<{ right: number; wrong: number; messageId: number | null }>;
}

/** The person whose chat has this id. */
export function makePerson(id: string, bot: Counterpart): Person {
  const { db, http, store, handle, shown } = bot;
  const chatId = Number(id);
  const view = () => http<{ messages: Message[]; notices: { text: string }[] }>('GET', `/api/chats/${id}`);

  const make = async (wanted: object): Promise<string> => {
    const { updates } = await http<{ updates: { update_id: number }[] }>('POST', '/api/updates', {
      updates: [{ chatId, ...wanted }],
      deliver: false,
    });
    const [update] = updates;
    if (update === undefined) throw new Error('the sandbox made no update');
    return store(id, update);
  };

  const setBlocked = async (path: 'block' | 'unblock'): Promise<void> => {
    const { update } = await http<{ update: { update_id: number } }>('POST', `/api/chats/${id}/${path}`);
    await handle(await store(id, update));
  };

  const person: Person = {
    id,
    writes: (text) => make({ text }),
    async taps(data, messageId) {
      return make({ data, messageId: messageId ?? (await person.last()).message_id });
    },
    async says(text) {
      await handle(await person.writes(text));
      return person.last();
    },
    async presses(data, messageId) {
      const tapped = messageId ?? (await person.last()).message_id;
      await handle(await person.taps(data, tapped));
      const message = (await person.messages()).find((each) => each.message_id === tapped);
      if (message === undefined) throw new Error(`message ${tapped} is gone`);
      return message;
    },
    async answers(deliveryId, how) {
      const question = await shown(deliveryId);
      return person.presses(`a:${deliveryId}:${question[how]}`, question.messageId ?? undefined);
    },
    blocks: () => setBlocked('block'),
    unblocks: () => setBlocked('unblock'),
    messages: async () => (await view()).messages.filter((message) => message.from === 'bot'),
    async last() {
      const message = (await person.messages()).at(-1);
      if (message === undefined) throw new Error('the bot has said nothing');
      return message;
    },
    notices: async () => (await view()).notices.map((notice) => notice.text),
    async row() {
      const learner = await findLearner(db, id);
      if (learner === null) throw new Error(`${id} is no learner`);
      return learner;
    },
  };
  return person;
}
