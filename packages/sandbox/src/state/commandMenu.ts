import type { BotCommand, Learner } from './model.ts';

/** Where a list of commands applies: Telegram's BotCommandScope as one string, `chat:5000000001` for one chat. */
export type ScopeKey = string;

export interface CommandList {
  scope: ScopeKey;
  languageCode: string;
  commands: BotCommand[];
}

/** The bot's command lists by scope and language. */
export class CommandMenu {
  readonly #lists = new Map<string, CommandList>();

  /** Exactly the list that was set, as `getMyCommands` gives it. */
  get(scope: ScopeKey, languageCode: string): BotCommand[] {
    return this.#lists.get(`${scope} ${languageCode}`)?.commands ?? [];
  }

  /** Sets a list; an empty one deletes it. */
  set(list: CommandList): void {
    const key = `${list.scope} ${list.languageCode}`;
    if (list.commands.length === 0) this.#lists.delete(key);
    else this.#lists.set(key, list);
  }

  all(): IterableIterator<CommandList> {
    return this.#lists.values();
  }

  /** The menu that a learner sees in the private chat: the narrowest scope wins, in it the learner's language. */
  seenBy(learner: Learner): BotCommand[] {
    for (const scope of [`chat:${learner.id}`, 'all_private_chats', 'default'])
      for (const languageCode of [learner.languageCode, '']) {
        const commands = this.get(scope, languageCode);
        if (commands.length > 0) return commands;
      }
    return [];
  }
}
