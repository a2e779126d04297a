import { hash } from 'node:crypto';

/**
 * What a trace is about: an update, `update-<bot id>-<update_id>` as its job is called, or a delivery, `delivery-<id>`.
 */
export type Subject = `update-${string}` | `delivery-${string}`;

/** The ids of a trace (32 hexadecimal digits) and of the first span in it (16). */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** An update as the subject of a trace. */
export function updateSubject(botId: string, updateId: number | string): Subject {
  return `update-${botId}-${updateId}`;
}

/** A delivery as the subject of a trace. */
export function deliverySubject(deliveryId: string): Subject {
  return `delivery-${deliveryId}`;
}

/**
 * The trace of a subject follows from its name. So every service finds it by itself, also when the queue has lost
 * the job: nothing has to carry it. `environment` keeps apart what two environments number alike.
 */
export function traceIdsOf(subject: Subject, environment: string): TraceIds {
  const digest = hash('sha256', `${environment}/${subject}`, 'hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}
