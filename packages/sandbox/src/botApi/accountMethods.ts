import type { World } from '../state/world.ts';
import { botUser, privateChat } from '../updates/telegramObjects.ts';
import { badRequest } from './botApiError.ts';
import { readCommands, readScope } from './commandParams.ts';
import { type Method, readChat } from './method.ts';

/** Length limit of a callback's notice, in UTF-16 code units. */
const NOTICE_LENGTH = 200;

/** The methods about the bot itself, its command menu, its chats and the answers to taps. */
export function accountMethods(world: World): Record<string, Method> {
  const setCommands: Method = (params) => {
    const list = {
      scope: readScope(params),
      languageCode: params.string('language_code'),
      commands: readCommands(params),
    };
    world.menu.set(list);
    world.record({ kind: 'commands', ...list });
    world.notify({ type: 'commands' });
    return true;
  };

  return {
    getMe: () => ({
      ...botUser(world.bot),
      can_join_groups: false,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
    }),

    getChat(params) {
      const { learner } = readChat(world, params);
      return {
        ...privateChat(learner),
        ...(learner.username === undefined ? {} : { active_usernames: [learner.username] }),
        accent_color_id: 0,
        max_reaction_count: 11,
      };
    },

    setMyCommands: setCommands,
    deleteMyCommands: setCommands,
    getMyCommands: (params) => world.menu.get(readScope(params), params.string('language_code')),

    answerCallbackQuery(params) {
      const text = params.string('text');
      if (text.length > NOTICE_LENGTH) throw badRequest('MESSAGE_TOO_LONG');
      const callback = world.callbacks.take(params.string('callback_query_id'));
      if (!callback) throw badRequest('query is too old and response timeout expired or query ID is invalid');
      const { chatId, messageId, data } = callback;
      world.notify({ type: 'callback', chatId, messageId, data, waiting: false });
      if (text !== '') {
        const notice = { text, showAlert: params.boolean('show_alert'), at: world.now() };
        world.chats.get(chatId)?.addNotice(notice);
        world.notify({ type: 'notice', chatId, notice });
      }
      return true;
    },
  };
}
