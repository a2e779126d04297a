import type { Button, Keyboard, Learner, StoredMessage } from '../state/model.ts';
import type { TextEntity } from '../text/entities.ts';

/** The bot itself, from its token. */
export interface Bot {
  id: number;
  first_name: string;
  username: string;
}

/** An update as the Bot API delivers it. */
export interface TelegramUpdate {
  update_id: number;
  [content: string]: unknown;
}

/** The `User` object of the bot. */
export function botUser(bot: Bot) {
  return { id: bot.id, is_bot: true, first_name: bot.first_name, username: bot.username };
}

/** The `User` object of a learner. */
export function learnerUser(learner: Learner) {
  return {
    id: learner.id,
    is_bot: false,
    first_name: learner.name,
    ...(learner.username === undefined ? {} : { username: learner.username }),
    language_code: learner.languageCode,
  };
}

/** The `Chat` object of a learner's private chat. */
export function privateChat(learner: Learner) {
  return {
    id: learner.id,
    first_name: learner.name,
    ...(learner.username === undefined ? {} : { username: learner.username }),
    type: 'private',
  };
}

/** The `Message` object of a stored message. */
export function telegramMessage(message: StoredMessage, learner: Learner, bot: Bot) {
  const { text, entities, photo, keyboard, editedAt } = message;
  return {
    message_id: message.id,
    from: message.from === 'bot' ? botUser(bot) : learnerUser(learner),
    chat: privateChat(learner),
    date: message.date,
    ...(editedAt === null ? {} : { edit_date: editedAt }),
    ...(photo ? photoContent(photo, text, entities) : { text, ...(entities.length > 0 ? { entities } : {}) }),
    ...(keyboard ? { reply_markup: { inline_keyboard: telegramKeyboard(keyboard) } } : {}),
  };
}

/** A message that the chat no longer has, as callbacks carry it. */
export function inaccessibleMessage(messageId: number, learner: Learner) {
  return { chat: privateChat(learner), message_id: messageId, date: 0 };
}

function photoContent(photo: NonNullable<StoredMessage['photo']>, text: string, entities: TextEntity[]) {
  return {
    photo: [
      {
        file_id: photo.id,
        file_unique_id: `u${photo.id}`,
        file_size: photo.bytes,
        width: photo.width,
        height: photo.height,
      },
    ],
    ...(text === '' ? {} : { caption: text }),
    ...(entities.length > 0 ? { caption_entities: entities } : {}),
  };
}

function telegramKeyboard(keyboard: Keyboard) {
  return keyboard.map((row) => row.map(telegramButton));
}

function telegramButton({ text, data, url }: Button) {
  return url === undefined ? { text, callback_data: data } : { text, url };
}
