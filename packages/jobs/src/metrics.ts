import { type ServiceRegistry, startAtZero } from '@rung/platform';

const runOutcomes = ['completed', 'retried', 'postponed', 'paused', 'failed', 'isolated'] as const;

/** What became of one run of a job: `isolated` is moved to the queue `isolation`, `lost` was not enqueued in time. */
export type Outcome = (typeof runOutcomes)[number] | 'lost';

/** Metrics of jobs, counted in one place. Seconds throughout. */
export interface JobMetrics {
  /** These jobs are run here from now on: their counters are shown before anything has happened. */
  runs(queue: string, jobs: readonly string[]): void;
  /** One run of a job ended; `seconds` is how long its handler took. */
  ran(queue: string, job: string, outcome: Outcome, seconds: number): void;
  /** A job was picked up for the first time, that long after it was due. */
  waited(queue: string, job: string, seconds: number): void;
  /** That many jobs could not be enqueued. */
  lost(queue: string, job: string, count: number): void;
  /** A job's worker died or fell silent. */
  stalled(queue: string): void;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export function makeJobMetrics(registry: ServiceRegistry): JobMetrics {
  const jobs = registry.counter({
    name: 'rung_jobs_total',
    help: 'Runs of jobs by outcome',
    labelNames: ['queue', 'job', 'outcome'],
  });
  const stalls = registry.counter({
    name: 'rung_jobs_stalled_total',
    help: 'Jobs whose worker died or fell silent',
    labelNames: ['queue'],
  });
  const waits = registry.histogram({
    name: 'rung_job_wait_seconds',
    help: 'From when a job was due to its first start',
    labelNames: ['queue', 'job'],
    buckets: seconds,
  });
  const durations = registry.histogram({
    name: 'rung_job_duration_seconds',
    help: 'How long the handler of a job took',
    labelNames: ['queue', 'job', 'outcome'],
    buckets: seconds,
  });

  // Looking labels up costs prom-client more than counting does.
  const ended = remember((queue, job, outcome) => ({
    count: jobs.labels({ queue, job, outcome }),
    duration: durations.labels({ queue, job, outcome }),
  }));
  const waiting = remember((queue, job) => waits.labels({ queue, job }));

  return {
    runs(queue, names) {
      startAtZero(jobs, { queue: [queue], job: names, outcome: runOutcomes });
      startAtZero(stalls, { queue: [queue] });
    },
    ran(queue, job, outcome, elapsed) {
      const { count, duration } = ended(queue, job, outcome);
      count.inc();
      duration.observe(elapsed);
    },
    waited: (queue, job, elapsed) => waiting(queue, job, '').observe(Math.max(0, elapsed)),
    lost: (queue, job, count) => jobs.inc({ queue, job, outcome: 'lost' satisfies Outcome }, count),
    stalled: (queue) => stalls.inc({ queue }),
  };
}

function remember<T>(make: (queue: string, job: string, outcome: string) => T) {
  const made = new Map<string, T>();
  return (queue: string, job: string, outcome: string): T => {
    const key = `${queue} ${job} ${outcome}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = make(queue, job, outcome);
    made.set(key, fresh);
    return fresh;
  };
}
