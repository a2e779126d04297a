import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Summary } from '../tests/harness/reporter.ts';
import { run } from './run.ts';

/** Tests of pure code: no server, no other process, no clock. */
const pure = [
  'packages/domain/test/**/*.test.ts',
  'packages/messages/test/**/*.test.ts',
  'packages/questions/test/*.test.ts',
  'packages/questions/test/generation/*.test.ts',
  'tests/tooling/boundaries.test.ts',
];
const all = ['packages/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts', 'tests/**/*.test.ts'];

/**
 * Runs mocha with its output on the terminal; `folder` is for its summary and, unless `unit`, the coverage of it and of
 * all processes that it starts. Failing without a failed test (a broken set-up, a crash) counts as one failure.
 */
export async function runMocha(folder: string, unit: boolean): Promise<Summary> {
  const file = join(folder, 'summary.json');
  const reporter = ['--reporter=tests/harness/reporter.ts', `--reporter-option=summary=${file}`];
  // The configuration's set-up starts servers, which pure tests can do without.
  const plain = ['--no-config', '--extension=ts', '--node-option=conditions=source', '--timeout=20000'];
  const { ok } = unit
    ? await run('mocha', [...plain, ...reporter, ...pure], { shown: true })
    : await run('mocha', [...reporter, ...all], { shown: true, env: { NODE_V8_COVERAGE: folder } });

  const summary = read(file);
  return ok || summary.failed > 0 ? summary : { ...summary, failed: 1 };
}

function read(file: string): Summary {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: [] };
  }
}
