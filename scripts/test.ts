import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildStep } from './buildStep.ts';
import { checkSteps } from './checkSteps.ts';
import { coverageSteps } from './coverage.ts';
import { runMocha } from './mochaRun.ts';
import { runSteps, type Tally } from './steps.ts';

const unit = process.argv.includes('--unit');
const folder = mkdtempSync(join(tmpdir(), 'rung-test-'));
const tallies: Tally[] = [];
try {
  if (!unit) tallies.push(await runSteps([...checkSteps, buildStep]));
  const { skipped, ...tests } = await runMocha(folder, unit);
  tallies.push(tests);
  if (!unit) tallies.push(await runSteps(coverageSteps(folder)));
  finish(tallies, skipped);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function finish(all: readonly Tally[], skipped: readonly string[]): void {
  const passed = all.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = all.reduce((sum, tally) => sum + tally.failed, 0);
  if (skipped.length > 0) {
    console.log(`\n${skipped.length} skipped:\n${skipped.map((title) => `  ${title}`).join('\n')}`);
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
