import { SANDBOX_TOKEN } from '../stack/stack.ts';
import { makeSlots, type Update } from './load.ts';

/** What a learner does: writes, or taps a button. */
export type Action =
  | { readonly chatId: number; readonly text: string }
  | { readonly chatId: number; readonly messageId: number; readonly data: string };

/** The sandbox as load generators use it. */
export interface SandboxClient {
  /** Adds `count` learners and returns their ids. */
  addLearners(count: number, namePrefix: string): Promise<number[]>;
  /** The updates of these actions, for somebody else to deliver. */
  makeUpdates(actions: readonly Action[]): Promise<Update[]>;
  /** Sends a message as the bot and returns its id. */
  sendMessage(
    chatId: number,
    text: string,
    buttons: readonly { text: string; data: string }[],
  ): Promise<number>;
  /** What a learner sees. */
  chat(chatId: number): Promise<ChatView>;
  setFaults(faults: readonly object[]): Promise<void>;
  /** Calls to a chat that had been told to wait, since the faults were set. */
  violations(): Promise<number>;
  /** Calls of the Bot API, oldest first, of the last 20,000. */
  calls(): Promise<BotCall[]>;
  /** How often a method has been called so far. */
  countCalls(method: string): Promise<number>;
}

export interface ChatView {
  readonly messages: readonly {
    readonly message_id: number;
    readonly from: 'bot' | 'user';
    readonly text: string;
    readonly keyboard: readonly (readonly { readonly data: string }[])[] | null;
  }[];
  readonly notices: readonly unknown[];
}

export interface BotCall {
  readonly at: number;
  readonly method: string;
  readonly chatId: number | null;
  readonly ok: boolean;
  readonly errorCode?: number;
  readonly params: Readonly<Record<string, unknown>>;
}

const UPDATES_AT_A_TIME = 10_000;
const CALLS_AT_A_TIME = 20_000;

export function sandboxClient(url: string): SandboxClient {
  const slots = makeSlots(40);
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      ...(body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
    });
    if (!response.ok) throw new Error(`sandbox ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };

  return {
    async addLearners(count, namePrefix) {
      const { learners } = (await ask('/api/learners', { count, namePrefix })) as {
        learners: { id: number }[];
      };
      return learners.map(({ id }) => id);
    },

    async makeUpdates(actions) {
      const made: Update[] = [];
      for (let start = 0; start < actions.length; start += UPDATES_AT_A_TIME) {
        const chunk = actions.slice(start, start + UPDATES_AT_A_TIME);
        const { updates } = (await ask('/api/updates', { updates: chunk, deliver: false })) as {
          updates: { update_id: number }[];
        };
        for (const [i, update] of updates.entries()) {
          const learner = chunk[i]?.chatId ?? 0;
          made.push({ learner, updateId: update.update_id, body: JSON.stringify(update) });
        }
      }
      return made;
    },

    sendMessage: (chatId, text, buttons) =>
      slots(async () => {
        const keyboard = [buttons.map((button) => ({ text: button.text, callback_data: button.data }))];
        const message = { chat_id: chatId, text, reply_markup: { inline_keyboard: keyboard } };
        const reply = (await ask(`/bot${SANDBOX_TOKEN}/sendMessage`, message)) as {
          result: { message_id: number };
        };
        return reply.result.message_id;
      }),

    chat: (chatId) => slots(async () => (await ask(`/api/chats/${chatId}`)) as ChatView),
    setFaults: async (faults) => void (await ask('/control', { faults })),
    violations: async () => ((await ask('/control')) as { violations: number }).violations,
    async countCalls(method) {
      const { byMethod } = (await ask('/api/calls/count')) as { byMethod: Record<string, number> };
      return byMethod[method] ?? 0;
    },
    calls: async () => ((await ask(`/api/calls?limit=${CALLS_AT_A_TIME}`)) as { calls: BotCall[] }).calls,
  };
}
