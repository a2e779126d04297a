import type { Behaviour, ModelTask } from './behaviour.ts';
import { LETTERS, type Letter, type ModelQuestion, RIGHT_OPTIONS, writeQuestion } from './questions.ts';

/** A request as the model understands it. */
export interface ModelCall {
  readonly task: ModelTask;
  /** The body as it came. */
  readonly body: string;
  /** The texts of the messages, by role. */
  readonly system: string;
  readonly user: string;
  /** What stands between the marks of data. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a model says, and how it ends. */
export interface Completion {
  readonly content: string | null;
  readonly refusal?: string;
  readonly finishReason?: 'stop' | 'length';
}

/** The right options of every question that was written: what is right is so for all models. */
const rightOptions = new Map<string, readonly string[]>();

/** A model that writes questions, and knows the right options of what it and others have written. */
export function makeModel(firstQuestion: number) {
  let next = firstQuestion;

  return {
    /** Reads the body of a request. */
    read(body: string): ModelCall {
      const request = JSON.parse(body);
      const textOf = (role: string): string =>
        request.messages?.find((message: { role: string }) => message.role === role)?.content ?? '';
      const user = textOf('user');
      const [, data = '{}'] = /<data>\n([\s\S]*)\n<\/data>/.exec(user) ?? [];
      const task = request.response_format?.json_schema?.name === 'answer' ? 'answer' : 'write';
      return { task, body, system: textOf('system'), user, data: JSON.parse(data) };
    },

    /** What it says to a request. */
    reply(call: ModelCall, behaviour: Behaviour): Completion {
      if (behaviour === 'refusal') return { content: null, refusal: 'I cannot help with that.' };
      if (typeof behaviour === 'object' && 'content' in behaviour) return { content: behaviour.content };
      const content = JSON.stringify(call.task === 'write' ? write(call, behaviour) : answer(call));
      if (behaviour === 'broken_json') return { content: content.slice(0, -20) };
      if (behaviour === 'truncated') return { content: content.slice(0, 90), finishReason: 'length' };
      return { content };
    },
  };

  function write({ data }: ModelCall, behaviour: Behaviour): ModelQuestion {
    const good = writeQuestion(next++, { topic: String(data.topic), level: Number(data.level) });
    const wrong = LETTERS.find((letter) => letter !== good.answer) ?? 'A';
    const written = { ...good, ...flaws(good, wrong, data, behaviour) };
    const right = [good.options[good.answer], ...(behaviour === 'two_right' ? [good.options[wrong]] : [])];
    rightOptions.set(keyOf(written.question, written.options), right);
    return written;
  }

  function answer({ data }: ModelCall): { correct: Letter[] } {
    const options = (data.options ?? {}) as Record<Letter, string>;
    const right = rightOptions.get(keyOf(String(data.question), options)) ?? RIGHT_OPTIONS;
    return { correct: LETTERS.filter((letter) => right.includes(options[letter])) };
  }
}

/** A question and its options, in whatever order these stand. */
function keyOf(question: string, options: Readonly<Record<Letter, string>>): string {
  return JSON.stringify([question, ...Object.values(options).sort()]);
}

function flaws(
  { options, explanation, topic }: ModelQuestion,
  wrong: Letter,
  data: ModelCall['data'],
  behaviour: Behaviour,
): Partial<ModelQuestion> {
  switch (behaviour) {
    case 'wrong_key':
      return { answer: wrong };
    case 'repeated_options':
      return { options: { ...options, A: options.B } };
    case 'profanity':
      return { explanation: `${explanation} Anything else is bullshit.` };
    case 'link':
      return { explanation: `${explanation.slice(0, -1)}, see https://example.com/more.` };
    case 'off_target':
      return { topic: topic === 'streaming' ? 'data_quality' : 'streaming' };
    case 'near_duplicate': {
      const [example] = (data.examples ?? []) as { question?: string }[];
      return { question: `${example?.question ?? ''} Choose one.` };
    }
    default:
      return typeof behaviour === 'object' && 'question' in behaviour ? behaviour.question : {};
  }
}
