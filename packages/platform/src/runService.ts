import { EnvironmentError } from './environment.ts';
import { toPlain } from './plain.ts';
import { makeRedact } from './redact.ts';
import { keepHeapSmall } from './smallHeap.ts';

/**
 * Runs a service's composition root on a heap that is kept small. When it throws at start, the process ends with exit code 1: every mistake of the
 * environment on a line of its own on standard error, any other error with its stack and without secrets.
 */
export async function runService(main: () => Promise<void>): Promise<void> {
  keepHeapSmall();
  try {
    await main();
  } catch (error) {
    for (const line of describe(error)) process.stderr.write(`${line}\n`);
    process.exit(1);
  }
}

function describe(error: unknown): string[] {
  if (error instanceof EnvironmentError)
    return error.problems.map(({ name, message }) => `${name} ${message}`);
  return [`could not start: ${JSON.stringify(toPlain(error, makeRedact([])), null, 2)}`];
}
