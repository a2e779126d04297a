import type { Ran } from './run.ts';

/** Something that must hold, in one line of the report. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<Ran>;
}

/** How many steps or tests held, and how many did not. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Runs all steps, one after the other, also after one that fails; a line for each, and what the failing ones say. */
export async function runSteps(steps: readonly Step[]): Promise<Tally> {
  let failed = 0;
  for (const { name, run } of steps) {
    const started = performance.now();
    const { ok, output } = await run();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${ok ? '✔' : '✖'} ${name} (${seconds} s)`);
    if (ok) continue;
    failed += 1;
    console.log(output.trimEnd().replaceAll(/^/gm, '    '));
  }
  return { passed: steps.length - failed, failed };
}
