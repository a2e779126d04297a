import { findBoundaryViolations } from './boundaries.ts';
import { root, run } from './run.ts';
import type { Step } from './steps.ts';

/** What must hold of the code before any of it runs. */
export const checkSteps: readonly Step[] = [
  { name: 'format and lint', run: () => run('biome', ['ci', '--colors=off']) },
  { name: 'types of packages and services', run: () => run('tsc', ['-b']) },
  { name: 'types of scripts', run: () => run('tsc', ['-p', 'scripts/tsconfig.json']) },
  { name: 'types of tests', run: () => run('tsc', ['-p', 'tests/tsconfig.json']) },
  { name: 'boundaries and import cycles', run: async () => judgeBoundaries() },
  { name: 'dead code', run: () => run('knip', ['--no-progress', '--no-config-hints']) },
];

function judgeBoundaries() {
  const violations = findBoundaryViolations(root);
  return { ok: violations.length === 0, output: violations.join('\n') };
}
