import { UnrecoverableError } from 'bullmq';
import {
  catalogue,
  isJobName,
  type JobName,
  type JobsOn,
  type Payload,
  type QueueName,
} from './catalogue.ts';

/** What a handler may know of its job besides the payload. */
export interface JobContext {
  readonly jobId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** The job's id: the same on every log line, try and service. */
  readonly correlationId: string;
}

/**
 * Does one job; resolves when it is done, and may be run again for the same job. Throws Postpone, PauseQueue or Final to
 * say what happens next; any other error is a failed attempt.
 */
export type Handler<K extends JobName> = (payload: Payload<K>, context: JobContext) => Promise<void>;

type AllHandlers = { readonly [K in JobName]: Handler<K> };

/** A handler for every job of queue `Q`. */
export type Handlers<Q extends QueueName> = Pick<AllHandlers, JobsOn<Q>>;

/** Runs a job's handler with data that is not parsed yet. */
export type RunJob = (data: unknown, context: JobContext) => Promise<void>;

/** Finds the handler of a job by name and hands it the parsed payload. Unknown jobs and bad payloads fail for good. */
export function makeDispatch(handlers: Partial<AllHandlers>): (name: string) => RunJob {
  const known = new Map<string, RunJob>();
  for (const name of Object.keys(handlers)) {
    if (isJobName(name)) bind(name);
  }

  function bind<K extends JobName>(name: K): void {
    const handler: Handler<K> | undefined = handlers[name];
    if (handler === undefined) return;
    const { payload } = catalogue[name];
    known.set(name, (data, context) => {
      const parsed = payload.safeParse(data);
      if (parsed.success) return handler(parsed.data, context);
      const faults = parsed.error.issues.map(
        (issue) => `${issue.path.join('.') || 'payload'}: ${issue.code}`,
      );
      throw new UnrecoverableError(`bad payload (${faults.join(', ')})`);
    });
  }

  return (name) => {
    const run = known.get(name);
    if (run === undefined) throw new UnrecoverableError(`no handler for job ${name}`);
    return run;
  };
}
