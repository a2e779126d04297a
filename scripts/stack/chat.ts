import { until } from './until.ts';

/** A message as the sandbox shows it. */
export interface ChatMessage {
  readonly message_id: number;
  readonly from: 'bot' | 'user';
  readonly text: string;
  readonly keyboard: readonly (readonly { readonly text: string; readonly data: string }[])[] | null;
  readonly editedAt: unknown;
}

/** One learner in front of the sandbox: types, taps, and sees what the bot says. */
export interface Chat {
  readonly id: string;
  messages(): Promise<ChatMessage[]>;
  /** Texts that answered taps, oldest first. */
  notices(): Promise<string[]>;
  say(text: string): Promise<void>;
  /** Taps a button of a message by its text or, when none has it, sends that as the button's data. */
  tap(message: ChatMessage, button: string): Promise<void>;
  nextDay(): Promise<void>;
  block(): Promise<void>;
  unblock(): Promise<void>;
  /** The newest message of the bot that fulfils `condition`, once there is one. */
  see(what: string, condition: (message: ChatMessage) => boolean, timeoutMs?: number): Promise<ChatMessage>;
}

/** Adds a learner to the sandbox at `sandboxUrl`. */
export async function openChat(sandboxUrl: string, name: string): Promise<Chat> {
  const { learners } = (await post(`${sandboxUrl}/api/learners`, { name })) as { learners: { id: number }[] };
  const id = String(learners[0]?.id);
  const chat = `${sandboxUrl}/api/chats/${id}`;
  const read = async () =>
    (await (await fetch(chat)).json()) as { messages: ChatMessage[]; notices: unknown[] };
  const messages = async () => (await read()).messages;
  return {
    id,
    messages,
    notices: async () => ((await read()).notices ?? []).map(textOf),
    say: async (text) => void (await post(`${chat}/messages`, { text })),
    async tap(message, button) {
      const data = message.keyboard?.flat().find((candidate) => candidate.text === button)?.data ?? button;
      await post(`${chat}/taps`, { messageId: message.message_id, data });
    },
    nextDay: async () => void (await post(`${chat}/next-day`, {})),
    block: async () => void (await post(`${chat}/block`, {})),
    unblock: async () => void (await post(`${chat}/unblock`, {})),
    see: (what, condition, timeoutMs = 15_000) =>
      until(what, timeoutMs, async () =>
        (await messages()).findLast((message) => message.from === 'bot' && condition(message)),
      ),
  };
}

function textOf(notice: unknown): string {
  return typeof notice === 'string' ? notice : String((notice as { text?: unknown }).text ?? '');
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
