import type { Candidate, Selection, SupplySource } from '@rung/domain';

/** The question of a delivery, and everything that led to it. */
export interface Choice extends Omit<Selection, 'seed' | 'level' | 'ability'> {
  readonly supply: SupplySource;
  readonly question: Candidate;
}
