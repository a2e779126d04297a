import { detectEntities } from '../text/detectEntities.ts';
import {
  botUser,
  inaccessibleMessage,
  learnerUser,
  privateChat,
  type TelegramUpdate,
  telegramMessage,
} from '../updates/telegramObjects.ts';
import type { Chat } from './chat.ts';
import type { StoredMessage } from './model.ts';
import type { World } from './world.ts';

/** A learner writes to the bot. With `deliver: false` the update is only made, for a caller who sends it himself. */
export function say(world: World, chat: Chat, text: string, { deliver = true } = {}): TelegramUpdate {
  const message: StoredMessage = {
    id: chat.nextMessageId,
    from: 'user',
    date: world.seconds(),
    text,
    entities: detectEntities(text, []),
    keyboard: null,
    editedAt: null,
    photo: null,
  };
  world.putMessage(chat, message);
  const content = { message: telegramMessage(message, chat.learner, world.bot) };
  return world.newUpdate(chat.learner, () => content, deliver);
}

/**
 * A learner taps a button. Any data is sent on, as a modified Telegram client could; a message that the chat does not
 * have (any more) is sent as inaccessible.
 */
export function tap(
  world: World,
  chat: Chat,
  { messageId, data }: { messageId: number; data: string },
  { deliver = true } = {},
): TelegramUpdate {
  const chatId = chat.learner.id;
  const message = chat.message(messageId);
  const update = world.newUpdate(
    chat.learner,
    (updateId) => ({
      callback_query: {
        id: world.callbacks.open({ chatId, messageId, data }, updateId),
        from: learnerUser(chat.learner),
        message: message
          ? telegramMessage(message, chat.learner, world.bot)
          : inaccessibleMessage(messageId, chat.learner),
        chat_instance: String(BigInt(chatId) * 1_000_003n),
        data,
      },
    }),
    deliver,
  );
  world.notify({ type: 'callback', chatId, messageId, data, waiting: true });
  return update;
}

/** A learner blocks or unblocks the bot. Returns the update, or undefined when nothing changed. */
export function setBlocked(world: World, chat: Chat, blocked: boolean): TelegramUpdate | undefined {
  const { learner } = chat;
  if (learner.blocked === blocked) return undefined;
  learner.blocked = blocked;
  world.record({ kind: 'learner', learner });
  world.notify({ type: 'learner', chatId: learner.id });
  const user = botUser(world.bot);
  const member = { user, status: 'member' };
  const kicked = { user, status: 'kicked', until_date: 0 };
  const content = {
    my_chat_member: {
      chat: privateChat(learner),
      from: learnerUser(learner),
      date: world.seconds(),
      old_chat_member: blocked ? member : kicked,
      new_chat_member: blocked ? kicked : member,
    },
  };
  return world.newUpdate(learner, () => content, true);
}
