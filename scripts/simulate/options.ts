import { parseArgs } from 'node:util';

export const USAGE = `npm run simulate -- [--seed TEXT] [--learners N] [--items N] [--answers N]
npm run simulate -- replay --train FILE --test FILE

Judges the rules by numbers: one JSON line for each figure, the same for the same arguments.

Alone, it lets learners (500) whose abilities are known answer (60) questions each from a bank (200) whose true
difficulties are known, through the rules of the product: ladder, choice of topic and question, ability, nightly refit.

replay reads answers of real learners, fits to those of one file, and predicts each answer of the other from all that
came before it, as the product does. Files are tab-separated, with a header that names user_id, item_id, correct (0 or
1) and timestamp. "value" is the engine with its few global numbers tuned to the train file, "product" with the
product's, "without_updates" tuned but learning nothing from the test file, "baseline" an untuned Elo.`;

/** Learners to simulate: how many, and what they meet. */
export interface SimulationOptions {
  readonly seed: string;
  readonly learners: number;
  readonly items: number;
  readonly answers: number;
}

export type Command =
  | { readonly kind: 'help' }
  | ({ readonly kind: 'simulate' } & SimulationOptions)
  | { readonly kind: 'replay'; readonly train: string; readonly test: string };

/** Reads the arguments of the command line. Throws an Error that says what is wrong with them. */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      learners: { type: 'string' },
      items: { type: 'string' },
      answers: { type: 'string' },
      train: { type: 'string' },
      test: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { help, train, test, ...simulation } = values;
  if (help) return { kind: 'help' };
  const [word, ...more] = positionals;
  if ((word !== undefined && word !== 'replay') || more.length > 0) {
    throw new Error(`unknown command: ${positionals.join(' ')}`);
  }
  if (word === 'replay') {
    if (Object.values(simulation).some((value) => value !== undefined)) {
      throw new Error('replay takes --train and --test only: it draws nothing');
    }
    if (train === undefined || test === undefined)
      throw new Error('replay needs --train FILE and --test FILE');
    return { kind: 'replay', train, test };
  }
  if (train !== undefined || test !== undefined) throw new Error('--train and --test belong to replay');
  return {
    kind: 'simulate',
    seed: simulation.seed ?? '1',
    learners: wholeNumber('--learners', simulation.learners ?? '500'),
    items: wholeNumber('--items', simulation.items ?? '200'),
    answers: wholeNumber('--answers', simulation.answers ?? '60'),
  };
}

const MOST = 100_000;

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MOST) {
    throw new Error(`${name} takes a whole number from 1 to ${MOST}, not "${text}"`);
  }
  return value;
}
