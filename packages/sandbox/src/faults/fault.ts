import { z } from 'zod';

const filters = {
  /** Only calls of this Bot API method, in any case of letters. */
  method: z.string().exactOptional(),
  /** Only calls to, or updates from, this chat. */
  chatId: z.int().exactOptional(),
  /** Share of the matching calls that are hit, 0 to 1 (1). */
  probability: z.number().min(0).max(1).exactOptional(),
  /** The fault is over after this many hits. */
  count: z.int().positive().exactOptional(),
};

/** A fault that `POST /control` takes. Delays are in milliseconds, `retryAfter` in seconds. */
export const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tooManyRequests'), retryAfter: z.int().positive(), ...filters }),
  z.strictObject({
    kind: z.literal('serverError'),
    status: z.union([z.literal(500), z.literal(502), z.literal(503)]),
    ...filters,
  }),
  z.strictObject({ kind: z.literal('timeout'), apply: z.boolean().exactOptional(), ...filters }),
  z.strictObject({ kind: z.literal('blocked'), ...filters }),
  z.strictObject({ kind: z.literal('slow'), ms: z.int().positive(), ...filters }),
  z.strictObject({ kind: z.literal('duplicateUpdates'), times: z.int().min(2).max(100), ...filters }),
  z.strictObject({ kind: z.literal('reorderUpdates'), window: z.int().min(2).max(10_000), ...filters }),
]);

export type Fault = z.infer<typeof fault>;

export const faultList = z.strictObject({ faults: z.array(fault) });

/** A fault that stands in for the effect of a call. */
export type CallFault = Extract<Fault, { kind: 'tooManyRequests' | 'serverError' | 'timeout' | 'blocked' }>;

export function isCallFault(candidate: Fault): candidate is CallFault {
  return ['tooManyRequests', 'serverError', 'timeout', 'blocked'].includes(candidate.kind);
}
