import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** What a run came to. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  /** Full titles. */
  readonly skipped: readonly string[];
}

/** Mocha's `spec` reporter, which at the end also writes a Summary to the file named by the option `summary`. */
export default class SummarisingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file: unknown = options.reporterOptions?.summary;
    let passed = 0;
    let failed = 0;
    const skipped: string[] = [];
    runner.on('pass', () => {
      passed += 1;
    });
    // Also for hooks, which are no tests: what would have run after them has not held either.
    runner.on('fail', () => {
      failed += 1;
    });
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    runner.on('end', () => {
      if (typeof file === 'string')
        writeFileSync(file, JSON.stringify({ passed, failed, skipped } satisfies Summary));
    });
  }
}
