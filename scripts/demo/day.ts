import pg from 'pg';
import { type Chat, type ChatMessage, openChat } from '../stack/chat.ts';
import { until } from '../stack/until.ts';

/** Where a learner's day is played, and who is told what the learner sees. */
export interface Stage {
  readonly sandboxUrl: string;
  /** Only read, to know which answers are right. */
  readonly databaseUrl: string;
  readonly print: (line: string) => void;
}

/** Plays a learner's days from /start to a missed day through the webhook, and prints each message. Throws at a wrong turn. */
export async function playDays(stage: Stage): Promise<void> {
  const { print } = stage;
  const database = new pg.Client({ connectionString: stage.databaseUrl });
  await database.connect();
  try {
    const play = makePlay(await openChat(stage.sandboxUrl, 'Ada'), database, print);

    play.title('Day 1: hello, and the first question');
    await play.say('/start', 'First question now');
    await play.tapAndSeeQuestion('First question now');
    await play.answer('right');
    await play.doubleTap();

    play.title('Day 2: the daily question comes by itself');
    await play.nextDay();
    await play.answer('right');

    play.title('Day 3: the third right answer in a row');
    await play.nextDay();
    play.expect(await play.answer('right'), /Advanced/, 'a promotion');

    play.title('Day 4: a wrong answer');
    await play.nextDay();
    play.expect(await play.answer('wrong'), /Intermediate/, 'a step back');

    play.title('Day 5: a right answer, and a new streak');
    await play.nextDay();
    await play.answer('right');

    play.title('Day 6: the question goes unanswered');
    await play.nextDay();
    const missed = play.question();

    play.title('Day 7: the missed day is told, and a new question comes');
    await play.nextDay();
    print(`(the question of day 6 now reads)\n${await play.expired(missed)}`);
    play.expect(await play.answer('right'), /Streak: 1 day/, 'a streak that begins again');

    play.title('At the end');
    await play.say('/stats', '');
    print('');
  } finally {
    await database.end();
  }
}

function makePlay(chat: Chat, database: pg.Client, print: (line: string) => void) {
  let question: ChatMessage | undefined;

  const show = (message: ChatMessage): void => {
    const buttons = message.keyboard?.map((row) => row.map((button) => `[${button.text}]`).join(' ')) ?? [];
    print(`\n${[message.text, ...buttons].join('\n').replace(/^/gm, '  │ ')}\n`);
  };
  const current = (): ChatMessage => {
    if (question === undefined) throw new Error('no question has come yet');
    return question;
  };
  const seeQuestion = async (): Promise<void> => {
    const known = question?.message_id ?? 0;
    question = await chat.see(
      'a new question',
      (message) => message.message_id > known && deliveryOf(message) !== undefined,
    );
    show(question);
  };

  return {
    title: (text: string) => print(`── ${text} ${'─'.repeat(Math.max(0, 74 - text.length))}`),
    question: current,

    async say(text: string, button: string): Promise<void> {
      print(`> ${text}`);
      const before = (await chat.messages()).length;
      await chat.say(text);
      const reply = await chat.see(`a reply to ${text}`, (message) => message.message_id > before + 1);
      if (button !== '' && !reply.keyboard?.flat().some(({ text: label }) => label === button)) {
        throw new Error(`the reply to ${text} has no button "${button}"`);
      }
      show(reply);
    },

    async tapAndSeeQuestion(button: string): Promise<void> {
      print(`> [${button}]`);
      await chat.tap((await chat.messages()).findLast(({ from }) => from === 'bot') as ChatMessage, button);
      await seeQuestion();
    },

    async nextDay(): Promise<void> {
      print('> [Next day]');
      await chat.nextDay();
      await seeQuestion();
    },

    /** Taps a right or a wrong answer and returns the feedback. */
    async answer(how: 'right' | 'wrong'): Promise<string> {
      const asked = current();
      const { rows } = await database.query(
        `SELECT array_position(d.option_order, v.correct_index) - 1 AS position FROM user_questions d
         JOIN question_versions v ON v.question_id = d.question_id AND v.version = d.question_version WHERE d.id = $1`,
        [deliveryOf(asked)],
      );
      const right = Number(rows[0]?.position);
      const letter = 'ABCD'[how === 'right' ? right : (right + 1) % 4] ?? '';
      print(`> [${letter}]`);
      await chat.tap(asked, letter);
      const feedback = await chat.see(
        'feedback',
        (message) => message.message_id === asked.message_id && message.editedAt !== null,
      );
      show(feedback);
      return feedback.text;
    },

    /** Taps the answered question once more: nothing changes, and a notice says why. */
    async doubleTap(): Promise<void> {
      const asked = current();
      const before = (await chat.notices()).length;
      print('> [A] once more');
      await chat.tap(asked, asked.keyboard?.[0]?.[0]?.data ?? '');
      const notice = await until('a notice', 15_000, async () => (await chat.notices())[before]);
      print(`\n  (${notice})\n`);
    },

    /** What an expired question reads, once it says so. */
    async expired(asked: ChatMessage): Promise<string> {
      const message = await chat.see(
        'the expired question',
        ({ message_id, editedAt }) => message_id === asked.message_id && editedAt !== null,
      );
      return message.text.replace(/^/gm, '  │ ');
    },

    expect(text: string, pattern: RegExp, what: string): void {
      if (!pattern.test(text)) throw new Error(`expected ${what}, saw:\n${text}`);
    },
  };
}

function deliveryOf(message: ChatMessage): string | undefined {
  return /^a:(\d+):\d$/.exec(message.keyboard?.[0]?.[0]?.data ?? '')?.[1];
}
