import { LogError } from './simulate/answerLog.ts';
import { judgeRules } from './simulate/judge.ts';
import { type Command, readCommand, USAGE } from './simulate/options.ts';
import { replay } from './simulate/replay.ts';

let command: Command | undefined;
try {
  command = readCommand(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`\n${USAGE}`);
  process.exitCode = 1;
}

if (command?.kind === 'help') console.log(USAGE);
if (command?.kind === 'simulate') {
  for (const figure of judgeRules(command)) console.log(JSON.stringify(figure));
}
if (command?.kind === 'replay') {
  try {
    for (const figure of await replay(command)) console.log(JSON.stringify(figure));
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
