import { EntitySchema } from 'typeorm';

/** A job that failed for good; `redrivenAt` is null while somebody still has to look at it. */
export interface DeadLetterRow {
  id: string;
  queue: string;
  job: string;
  jobId: string;
  payload: Record<string, unknown>;
  error: string;
  attempts: number;
  failedAt: Date;
  redrivenAt: Date | null;
}

export const deadLetterEntity = new EntitySchema<DeadLetterRow>({
  name: 'deadLetter',
  tableName: 'dead_letters',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    queue: { type: 'text' },
    job: { type: 'text' },
    jobId: { name: 'job_id', type: 'text' },
    payload: { type: 'jsonb' },
    error: { type: 'text' },
    attempts: { type: 'integer' },
    failedAt: { name: 'failed_at', type: 'timestamptz' },
    redrivenAt: { name: 'redriven_at', type: 'timestamptz', nullable: true },
  },
});
