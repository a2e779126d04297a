import { fileURLToPath } from 'node:url';
import { inspect, styleText } from 'node:util';
import { EnvironmentError, type Lifecycle, makeLifecycle, makeLogger, runService } from '@rung/platform';
import { playDays } from './demo/day.ts';
import { AlreadyRunning } from './demo/onlyOne.ts';
import { type Options, readOptions, USAGE } from './demo/options.ts';
import { readRealBot } from './demo/realBot.ts';
import { startDemo } from './demo/start.ts';

const folder = fileURLToPath(new URL('../.data', import.meta.url));

await runService(async () => {
  const options = optionsOrUsage();
  if (options.help) {
    console.log(USAGE);
    return;
  }
  const logger = makeLogger({ service: 'demo', level: 'warn', format: 'pretty', secrets: [] });
  const life = makeLifecycle({ graceMs: 40_000, logger });
  life.onSignals();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => say('Stopping'));
  try {
    await run(options, life);
  } catch (error) {
    // What was still starting when Ctrl-C came has nothing more to say.
    if (life.stopping.aborted) return;
    if (error instanceof EnvironmentError) throw error;
    console.error(error instanceof AlreadyRunning ? error.message : `The demo failed: ${inspect(error)}`);
    await life.shutdown('failed');
    process.exit(1);
  }
});

async function run(options: Options, life: Lifecycle): Promise<void> {
  const bot = options.telegram ? readRealBot() : undefined;
  const { sandboxUrl, ownerUrl } = await startDemo({ options, bot, folder, life, say, onOutput });
  if (options.script) {
    await playDays({ sandboxUrl, databaseUrl: ownerUrl, print: (line) => console.log(line) });
    await life.shutdown('the days are played');
    console.log('All as it should be.');
    process.exit(0);
  }
  const ready = `Ready after ${Math.ceil(performance.now() / 1000)} s`;
  if (bot !== undefined) say(`${ready}: send /start to your bot. Ctrl-C ends it.`);
  else {
    say(`${ready}: ${styleText('underline', sandboxUrl)}`);
    console.log(
      'Open it, add a learner and press Start. "Next day" brings the next question. Ctrl-C ends it.',
    );
  }
}

function optionsOrUsage(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return process.exit(1);
  }
}

function onOutput(service: string, text: string): void {
  process.stderr.write(text.replace(/^(?=.)/gm, `${service.padEnd(9)} `));
}

function say(text: string): void {
  console.log(styleText('bold', text));
}
