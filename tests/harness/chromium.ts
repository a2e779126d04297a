import { findProgram } from '../../scripts/stack/programs.ts';
import { skipFor } from './requirement.ts';

/** Path of the machine's Chromium; undefined when there is none. */
export function findChromium(): string | undefined {
  return findProgram('chromium');
}

/** Path of Chromium for the suite that calls it in a `before`; the suite is skipped without one. */
export function chromiumFor(suite: Mocha.Context): string {
  return findChromium() ?? skipFor('no chromium on PATH', suite);
}
