import { z } from 'zod';

/** Queues of interfaces.md that have a consumer. `isolation` takes any job that has stalled once. */
export const queueNames = [
  'answers',
  'commands',
  'deliveries',
  'generation',
  'schedule',
  'isolation',
] as const;
export type QueueName = (typeof queueNames)[number];

/** Retries after waits of about 1, 2, 4 and 8 s, each shortened at random by up to half. */
const fiveAttempts = { attempts: 5, backoff: { type: 'exponential', delay: 1000, jitter: 0.5 } } as const;

/** Digits of a PostgreSQL bigint identity; a string, for JSON numbers end at 2^53. */
const identity = z.string().regex(/^[1-9]\d{0,18}$/);
const update = z.object({ updateSeq: identity });
const delivery = z.object({ deliveryId: identity });
const answer = z.object({ answerId: identity });
const supply = z.object({ userId: identity, level: z.literal([1, 2, 3, 4]) });

const definitions = {
  'answer.grade': { queue: 'answers', payload: update, options: fiveAttempts },
  'command.run': { queue: 'commands', payload: update, options: fiveAttempts },
  'delivery.send': { queue: 'deliveries', payload: delivery, options: fiveAttempts },
  // Taking buttons away can wait for questions that are due: only jobs without a priority go first.
  'delivery.expire': { queue: 'deliveries', payload: delivery, options: { ...fiveAttempts, priority: 10 } },
  // Old news can wait as well.
  'correction.tell': { queue: 'deliveries', payload: answer, options: { ...fiveAttempts, priority: 10 } },
  'question.generate': { queue: 'generation', payload: supply, options: fiveAttempts },
  'daily.distribute': { queue: 'schedule', payload: z.object({}), options: fiveAttempts },
  'calibration.run': { queue: 'schedule', payload: z.object({}), options: fiveAttempts },
  'retention.run': { queue: 'schedule', payload: z.object({}), options: fiveAttempts },
} as const;

/** Name of a job, `noun.verb`. */
export type JobName = keyof typeof definitions;

/** What a job of that name carries: ids only, never secrets or bodies. */
export type Payload<K extends JobName> = z.output<(typeof definitions)[K]['payload']>;

/** The jobs that a consumer of queue `Q` meets: its own, or for `isolation` every one. */
export type JobsOn<Q extends QueueName> = Q extends 'isolation'
  ? JobName
  : { [K in JobName]: (typeof definitions)[K]['queue'] extends Q ? K : never }[JobName];

/** Home queue, payload and retry rules of one job. A `priority` (1 first) comes after all jobs without one. */
export interface JobDefinition<K extends JobName> {
  readonly queue: Exclude<QueueName, 'isolation'>;
  readonly payload: z.ZodType<Payload<K>>;
  readonly options: {
    readonly attempts: number;
    readonly backoff: { readonly type: 'exponential'; readonly delay: number; readonly jitter: number };
    readonly priority?: number;
  };
}

/** Every job there is. To add one: an entry here, a handler where its queue is consumed, a pinned payload in the test. */
export const catalogue: { readonly [K in JobName]: JobDefinition<K> } = definitions;

/** All names of the catalogue. */
export const jobNames: readonly JobName[] = Object.keys(definitions).filter(isJobName);

/** Names of the jobs that a consumer of this queue meets. */
export function jobsOn(queue: QueueName): readonly JobName[] {
  return jobNames.filter((name) => queue === 'isolation' || catalogue[name].queue === queue);
}

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(definitions, name);
}
