import { isDeepStrictEqual } from 'node:util';
import type { Chat } from '../state/chat.ts';
import type { StoredMessage } from '../state/model.ts';
import type { World } from '../state/world.ts';
import { telegramMessage } from '../updates/telegramObjects.ts';
import { badRequest } from './botApiError.ts';
import { readCaption, readText } from './messageText.ts';
import { type Method, readChat, readOwnMessage, readWritableChat } from './method.ts';
import type { Params } from './params.ts';
import { readPhoto } from './photoUpload.ts';
import { readReplyMarkup } from './replyMarkup.ts';

const CHAT_ACTIONS: ReadonlySet<string> = new Set(
  (
    'cancel typing record_video upload_video record_audio upload_audio record_voice upload_voice upload_photo ' +
    'upload_document choose_sticker pick_up_location find_location record_video_note upload_video_note'
  ).split(' '),
);

/** The methods that send, edit and delete messages. */
export function messageMethods(world: World): Record<string, Method> {
  return {
    sendMessage(params) {
      const formatted = readText(params);
      const keyboard = readReplyMarkup(params);
      return send(readWritableChat(world, params), { ...formatted, keyboard, photo: null });
    },

    sendPhoto(params) {
      const caption = readCaption(params);
      const keyboard = readReplyMarkup(params);
      const photo = readPhoto(world.photos, params);
      const chat = readWritableChat(world, params);
      if (world.photos.get(photo.id) === undefined) world.addPhoto(photo);
      const { id, width, height, bytes } = photo;
      return send(chat, { ...caption, keyboard, photo: { id, width, height, bytes } });
    },

    editMessageText(params) {
      const formatted = readText(params);
      const keyboard = readReplyMarkup(params);
      const { chat, message } = readOwnMessage(world, params);
      if (message.photo) throw badRequest('There is no text in the message to edit');
      return edit(chat, message, { ...formatted, keyboard });
    },

    editMessageCaption(params) {
      const keyboard = readReplyMarkup(params);
      const caption = readCaption(params);
      const { chat, message } = readOwnMessage(world, params);
      if (!message.photo) throw badRequest('There is no caption in the message to edit');
      return edit(chat, message, { ...caption, keyboard });
    },

    editMessageReplyMarkup(params) {
      const keyboard = readReplyMarkup(params);
      const { chat, message } = readOwnMessage(world, params);
      return edit(chat, message, { keyboard });
    },

    deleteMessage(params) {
      const { chat, messageId } = readMessageToDelete(params);
      if (!chat.remove(messageId)) throw badRequest('message to delete not found');
      const chatId = chat.learner.id;
      world.record({ kind: 'deleted', chatId, messageId });
      world.notify({ type: 'deleted', chatId, messageId });
      return true;
    },

    sendChatAction(params) {
      if (!CHAT_ACTIONS.has(params.string('action').toLowerCase()))
        throw badRequest('Wrong parameter action in request');
      readWritableChat(world, params);
      return true;
    },
  };

  function send(chat: Chat, content: Pick<StoredMessage, 'text' | 'entities' | 'keyboard' | 'photo'>) {
    const message: StoredMessage = {
      id: chat.nextMessageId,
      from: 'bot',
      date: world.seconds(),
      editedAt: null,
      ...content,
    };
    world.putMessage(chat, message);
    return telegramMessage(message, chat.learner, world.bot);
  }

  function edit(chat: Chat, message: StoredMessage, change: Partial<StoredMessage>) {
    const edited = { ...message, ...change };
    if (isDeepStrictEqual(edited, message))
      throw badRequest(
        'message is not modified: specified new message content and reply markup are exactly the same as a current ' +
          'content and reply markup of the message',
      );
    edited.editedAt = world.seconds();
    world.putMessage(chat, edited);
    return telegramMessage(edited, chat.learner, world.bot);
  }

  function readMessageToDelete(params: Params): { chat: Chat; messageId: number } {
    if (params.string('chat_id') === '') throw badRequest('Chat identifier is not specified');
    const messageId = params.integer('message_id');
    if (messageId <= 0) throw badRequest('Message identifier is not specified');
    return { chat: readChat(world, params), messageId };
  }
}
