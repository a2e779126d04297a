import { catalogue, type JobName } from './catalogue.ts';

/** What BullMQ is told about every job of a name. */
export interface StandingOptions {
  attempts: number;
  backoff: { type: string; delay: number; jitter: number };
  priority?: number;
  removeOnComplete: true;
  removeOnFail: true;
}

/** Finished jobs leave nothing behind: one that is retained would silently block its id. */
export function standingOptions(name: JobName): StandingOptions {
  return { ...catalogue[name].options, removeOnComplete: true, removeOnFail: true };
}

/** Neither digits only nor with a colon, which BullMQ refuses; with a hyphen, for "active" or "wait" are its own keys. */
const acceptable = /^\w+(-\w+)+$/;

/** Options of one job. Throws a TypeError for an id that BullMQ would refuse or mistake for its own. */
export function jobOptions(
  name: JobName,
  jobId: string,
  delayMs?: number,
): StandingOptions & { jobId: string; delay?: number } {
  if (!acceptable.test(jobId)) throw new TypeError(`job id "${jobId}" is not like send-42`);
  const options = { ...standingOptions(name), jobId };
  return delayMs === undefined ? options : { ...options, delay: Math.max(0, Math.ceil(delayMs)) };
}
