import { EntitySchema } from 'typeorm';

/** Summary of one slot (a minute, UTC) in which somebody was due. `finishedAt` is null while deliveries are pending. */
export interface DistributionRun {
  slotAt: Date;
  due: number;
  skipped: number;
  sent: number;
  blocked: number;
  failed: number;
  /** Deliveries by where their question came from. */
  questions: Record<string, number>;
  startedAt: Date;
  finishedAt: Date | null;
}

export const distributionRunEntity = new EntitySchema<DistributionRun>({
  name: 'distributionRun',
  tableName: 'distribution_runs',
  columns: {
    slotAt: { name: 'slot_at', type: 'timestamptz', primary: true },
    due: { type: 'integer' },
    skipped: { type: 'integer' },
    sent: { type: 'integer' },
    blocked: { type: 'integer' },
    failed: { type: 'integer' },
    questions: { type: 'jsonb' },
    startedAt: { name: 'started_at', type: 'timestamptz' },
    finishedAt: { name: 'finished_at', type: 'timestamptz', nullable: true },
  },
});
