import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const owner = fileURLToPath(new URL('./fixtures/owner.ts', import.meta.url));

/** Starts `fixtures/owner.ts` in a process of its own; resolves when what it owns is up. */
export async function startOwner(
  ...args: string[]
): Promise<{ process: ChildProcess; pid: number; folder: string }> {
  const child = spawn(process.execPath, ['--conditions=source', owner, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([
    once(child.stdout.setEncoding('utf8'), 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the owner ended'))),
  ]);
  return { process: child, ...JSON.parse(line) };
}

/** Whether a process is there and not just waiting to be reaped. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
