import type { Chat } from '../state/chat.ts';
import type { StoredMessage } from '../state/model.ts';
import type { World } from '../state/world.ts';
import { renderHtml } from '../text/renderHtml.ts';

const PREVIEW_LENGTH = 80;

/** A message as the chat page and tests see it. Dates are Unix seconds. */
export function messageView(message: StoredMessage) {
  return {
    message_id: message.id,
    from: message.from,
    date: message.date,
    editedAt: message.editedAt,
    text: message.text,
    entities: message.entities,
    html: renderHtml(message.text, message.entities),
    keyboard: message.keyboard,
    ...(message.photo
      ? {
          photo: {
            url: `/photos/${message.photo.id}`,
            width: message.photo.width,
            height: message.photo.height,
          },
        }
      : {}),
  };
}

/** A whole chat. */
export function chatView(world: World, chat: Chat) {
  return {
    learner: chat.learner,
    messages: chat.messages().map(messageView),
    notices: chat.notices,
    awaitingCallback: world.callbacks.waitingIn(chat.learner.id) ?? null,
    commands: world.menu.seenBy(chat.learner),
  };
}

/** A learner with the beginning of the chat's last message, for the list of chats. */
export function learnerView(chat: Chat) {
  const last = chat.last();
  return {
    ...chat.learner,
    lastMessage: last
      ? {
          from: last.from,
          date: last.date,
          text: last.text.slice(0, PREVIEW_LENGTH),
          photo: last.photo !== null,
        }
      : null,
  };
}
