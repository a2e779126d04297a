import type { TextEntity } from '../text/entities.ts';

/** A person who talks to the bot. The id is that of the private chat, too. */
export interface Learner {
  id: number;
  name: string;
  username?: string;
  /** IETF language tag, as Telegram's `language_code`. */
  languageCode: string;
  /** Whether this learner has blocked the bot. */
  blocked: boolean;
}

/** An inline button: one that calls the bot back with `data`, or one that opens `url`. */
export interface Button {
  text: string;
  data?: string;
  url?: string;
}

export type Keyboard = Button[][];

/** A stored picture: where to get it and its size in pixels and bytes. */
export interface PhotoRef {
  id: string;
  width: number;
  height: number;
  bytes: number;
}

/** A message of a chat. For one with a photo, `text` and `entities` are its caption. Times are Unix seconds. */
export interface StoredMessage {
  id: number;
  from: 'bot' | 'user';
  date: number;
  text: string;
  entities: TextEntity[];
  keyboard: Keyboard | null;
  editedAt: number | null;
  photo: PhotoRef | null;
}

/** What a callback answer showed the learner. `at` is in Unix milliseconds. */
export interface Notice {
  text: string;
  showAlert: boolean;
  at: number;
}

/** An entry of the bot's command menu. */
export interface BotCommand {
  command: string;
  description: string;
}
