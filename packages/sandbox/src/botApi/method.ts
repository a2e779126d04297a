import type { Chat } from '../state/chat.ts';
import type { StoredMessage } from '../state/model.ts';
import type { World } from '../state/world.ts';
import { badRequest, blockedByUser } from './botApiError.ts';
import type { Params } from './params.ts';

/**
 * A Bot API method: returns its `result`, or a promise of it. `signal` aborts when the caller has gone.
 *
 * @throws {BotApiError} when Telegram would refuse.
 */
export type Method = (params: Params, signal: AbortSignal) => unknown;

/** The chat that `chat_id` names. */
export function readChat(world: World, params: Params): Chat {
  if (params.string('chat_id') === '') throw badRequest('chat_id is empty');
  const chat = world.chats.get(params.integer('chat_id'));
  if (!chat) throw badRequest('chat not found');
  return chat;
}

/** The chat that `chat_id` names, if the bot may write to it. */
export function readWritableChat(world: World, params: Params): Chat {
  const chat = readChat(world, params);
  if (chat.learner.blocked) throw blockedByUser();
  return chat;
}

/** The bot's own message that `chat_id` and `message_id` name. */
export function readOwnMessage(world: World, params: Params): { chat: Chat; message: StoredMessage } {
  if (params.string('chat_id') === '' && params.integer('message_id') <= 0)
    throw badRequest('Message identifier is not specified');
  const chat = readWritableChat(world, params);
  const message = chat.message(params.integer('message_id'));
  if (!message) throw badRequest('message to edit not found');
  if (message.from !== 'bot') throw badRequest("Message can't be edited");
  return { chat, message };
}
