// Runs one server, as told by its parent's first message, and ends it when the parent is gone, however it ended. It lives
// in a process group of its own: a Ctrl-C reaches those who use the server, not the server.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

/** How long each of the stop signals may take until the next is sent. */
const patienceMs = 10_000;

process.on('SIGINT', () => undefined);
process.once('message', (/** @type {import('./supervised.ts').Order} */ order) => {
  const { command, args, cwd, stopSignals, removeAtEnd, ...user } = order;
  const child = spawn(command, args, {
    ...user,
    ...(cwd && { cwd }),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const stop = () => {
    for (const [index, signal] of [...stopSignals, 'SIGKILL'].entries()) {
      setTimeout(() => child.kill(/** @type {NodeJS.Signals} */ (signal)), index * patienceMs);
    }
  };
  child.on('spawn', () => tell({ pid: child.pid }));
  child.on('error', (error) => {
    tell({ error: error.message });
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (removeAtEnd !== undefined) rmSync(removeAtEnd, { recursive: true, force: true, maxRetries: 5 });
    tell({ exit: { code, signal } }, () => process.exit(0));
  });
  process.on('SIGTERM', stop);
  process.on('disconnect', () => {
    // A frozen server would not hear the signals that stop it.
    child.kill('SIGCONT');
    stop();
  });
  if (!process.connected) stop();
});

/**
 * @param {import('./supervised.ts').Report} report
 * @param {() => void} [sent]
 */
function tell(report, sent = () => undefined) {
  if (process.connected) process.send?.(report, undefined, {}, sent);
  else sent();
}
