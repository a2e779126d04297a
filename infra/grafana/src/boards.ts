import type { Board } from './board.ts';
import { learners } from './learners.ts';
import { overview } from './overview.ts';
import { resources } from './resources.ts';
import { services } from './services.ts';

/** All dashboards. */
export function boards(): readonly Board[] {
  return [overview(), services(), resources(), learners()];
}
