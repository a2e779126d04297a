import { parseArgs } from 'node:util';

export const USAGE = `npm run demo                  a chat with Rung in your browser; Ctrl-C ends it
npm run demo -- --script      plays a learner's days by itself and prints them
npm run demo -- --telegram    talks to the real Telegram, with TELEGRAM_BOT_TOKEN from .env
npm run demo -- --fresh       forgets what the demo has kept, and begins anew`;

export interface Options {
  readonly help: boolean;
  readonly script: boolean;
  readonly telegram: boolean;
  readonly fresh: boolean;
}

/** Reads the arguments of the command line. Throws an Error that says what is wrong with them. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      script: { type: 'boolean', default: false },
      telegram: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
    },
  });
  if (values.script && (values.telegram || values.fresh))
    throw new Error('--script goes alone: it plays in a sandbox of its own that keeps nothing');
  return values;
}
