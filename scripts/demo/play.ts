import pg from 'pg';
import { type Chat, type ChatMessage, openChat } from '../stack/chat.ts';
import { until } from '../stack/until.ts';

/** Where a learner's days are played, and who is told what the learner sees. */
export interface Stage {
  readonly sandboxUrl: string;
  /** Only read, to know which answers are right. */
  readonly databaseUrl: string;
  readonly print: (line: string) => void;
}

/** A learner who does things in a chat, waits for what the bot makes of them, and prints both. */
export interface Play {
  readonly chat: Chat;
  /** The newest question. */
  question(): ChatMessage;
  /** Sends a text; resolves to the bot's reply. */
  say(text: string): Promise<ChatMessage>;
  /** Taps a button that changes its message; resolves to what the message has become. */
  change(message: ChatMessage, button: string): Promise<ChatMessage>;
  /** Taps a button that brings a question. */
  askBy(message: ChatMessage, button: string): Promise<ChatMessage>;
  /** Sends a command that brings a question. */
  askFor(command: string): Promise<ChatMessage>;
  /** Moves to the next day, which brings a question. */
  nextDay(): Promise<ChatMessage>;
  /** Taps an answer of the newest question; resolves to the feedback. */
  answer(how: 'right' | 'wrong'): Promise<string>;
  /** Taps the first answer of the newest question; resolves to the notice. */
  tapAgain(): Promise<string>;
  /** What a question reads once its time was up. */
  expired(question: ChatMessage): Promise<string>;
}

/** Adds a learner to the sandbox. */
export async function openPlay({ sandboxUrl, databaseUrl, print }: Stage, name: string): Promise<Play> {
  const chat = await openChat(sandboxUrl, name);
  let question: ChatMessage | undefined;

  const show = (message: ChatMessage): ChatMessage => {
    const rows = message.keyboard?.map((row) => row.map((button) => `[${button.text}]`).join(' ')) ?? [];
    print(`\n${[message.text, ...rows].join('\n').replace(/^/gm, '  │ ')}\n`);
    return message;
  };
  const lastId = async (): Promise<number> => (await chat.messages()).at(-1)?.message_id ?? 0;
  const current = (): ChatMessage => {
    if (question === undefined) throw new Error('no question has come yet');
    return question;
  };
  const seeEdited = ({ message_id: id, text }: ChatMessage, what: string): Promise<ChatMessage> =>
    chat.see(what, (message) => message.message_id === id && message.text !== text);
  const seeQuestion = async (cause: string, act: () => Promise<void>): Promise<ChatMessage> => {
    print(`> ${cause}`);
    const last = await lastId();
    await act();
    question = await chat.see(
      'a question',
      (message) => message.message_id > last && deliveryOf(message) !== undefined,
    );
    return show(question);
  };
  const tapForNotice = async (message: ChatMessage, button: string): Promise<string> => {
    const before = (await chat.notices()).length;
    await chat.tap(message, button);
    return until('a notice', 15_000, async () => (await chat.notices())[before]);
  };

  return {
    chat,
    question: current,
    askBy: (message, button) => seeQuestion(`[${button}]`, () => chat.tap(message, button)),
    askFor: (command) => seeQuestion(command, () => chat.say(command)),
    nextDay: () => seeQuestion('[Next day]', () => chat.nextDay()),

    async say(text) {
      print(`> ${text}`);
      const last = await lastId();
      await chat.say(text);
      return show(await chat.see(`a reply to ${text}`, (message) => message.message_id > last));
    },

    async change(message, button) {
      print(`> [${button}]`);
      await chat.tap(message, button);
      return show(await seeEdited(message, `what [${button}] changes`));
    },

    async answer(how) {
      const asked = current();
      const right = await rightPosition(databaseUrl, deliveryOf(asked));
      const letter = 'ABCD'[how === 'right' ? right : (right + 1) % 4] ?? '';
      print(`> [${letter}]`);
      await tapForNotice(asked, letter);
      return show(await seeEdited(asked, 'feedback')).text;
    },

    async tapAgain() {
      print('> [A] once more');
      const notice = await tapForNotice(current(), 'A');
      print(`\n  (${notice})\n`);
      return notice;
    },

    expired: async (asked) => (await seeEdited(asked, 'the expired question')).text,
  };
}

function deliveryOf(message: ChatMessage): string | undefined {
  return /^a:(\d+):\d$/.exec(message.keyboard?.[0]?.[0]?.data ?? '')?.[1];
}

/** Where the right answer stands among the options of a delivery as shown, 0-3. Throws when it shows no question. */
export async function rightPosition(databaseUrl: string, deliveryId: string | undefined): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ position: number }>(
      `SELECT array_position(d.option_order, v.correct_index) - 1 AS position FROM user_questions d
       JOIN question_versions v ON v.question_id = d.question_id AND v.version = d.question_version WHERE d.id = $1`,
      [deliveryId],
    );
    const position = rows[0]?.position;
    if (position === undefined) throw new Error(`delivery ${deliveryId} has no question`);
    return position;
  } finally {
    await client.end();
  }
}
