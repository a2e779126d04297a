import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const bin = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));

/**
 * The way in to every command: installs what is missing, then runs a TypeScript file of this folder on the pinned Node
 * with this process's arguments. Signals are passed on and the exit code comes back. Needs Node 20.19 and nothing else.
 *
 * @param {string} script
 */
export function launch(script) {
  ensureInstalled();
  const entry = fileURLToPath(new URL(script, import.meta.url));
  const options = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(findNode(), [...options, entry, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
  });
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`Node could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
}

function findNode() {
  const pinned = `${bin}/node`;
  if (existsSync(pinned)) return pinned;
  // There is no package of Node for this machine: its own will do if it is new enough.
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  console.error('Node 24 is needed on this machine, see .nvmrc: no package of it exists for npm to install.');
  return process.exit(1);
}
