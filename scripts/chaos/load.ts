import { setTimeout as wait } from 'node:timers/promises';
import { SANDBOX_SECRET } from '../stack/stack.ts';

/** An update as the sandbox makes it; `learner` is its sender. */
export interface Update {
  readonly learner: number;
  readonly updateId: number;
  readonly body: string;
}

/** One answer of the gateway; status 0 when there was none. */
export interface GatewayReply {
  /** When it was asked for, on the clock of `performance.now`. */
  readonly at: number;
  readonly status: number;
  readonly ms: number;
}

export interface Posted {
  /** Ids of updates that were answered with 200. */
  readonly accepted: Set<number>;
  readonly replies: GatewayReply[];
  /** Updates that were given up. */
  readonly refused: number;
  /** Updates that were not sent at all. */
  readonly leftOut: number;
}

export interface LoadOptions {
  /** Requests at a time (40, as Telegram). */
  readonly connections?: number;
  /** First tries a second; default: as fast as it goes. */
  readonly perSecond?: number;
  /** `learner`, as Telegram: one learner's updates one after the other, those behind a failing one wait. `none`: all at once. */
  readonly lanes?: 'learner' | 'none';
  /** How long an update is tried again (0: one try). */
  readonly retryForMs?: number;
  /** Once it is aborted, updates that were not yet tried are left out. */
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 5_000;
/** Telegram's first pause; the gateway's Retry-After is as long. */
const PAUSE_MS = 1_000;

/** Posts updates to the gateway's webhook as Telegram does, and resolves when each is accepted or given up. */
export async function post(
  webhookUrl: string,
  updates: readonly Update[],
  options: LoadOptions = {},
): Promise<Posted> {
  const { connections = 40, perSecond, lanes = 'learner', retryForMs = 0, signal } = options;
  const accepted = new Set<number>();
  const replies: GatewayReply[] = [];
  const slots = makeSlots(connections);
  const started = performance.now();
  let refused = 0;
  let leftOut = 0;

  const deliver = async (update: Update, index: number): Promise<void> => {
    if (perSecond !== undefined) {
      const turnMs = Math.max(0, started + (index * 1000) / perSecond - performance.now());
      await wait(turnMs, undefined, { ...(signal !== undefined && { signal }) }).catch(() => undefined);
    }
    if (signal?.aborted) {
      leftOut += 1;
      return;
    }
    const giveUpAt = performance.now() + retryForMs;
    for (;;) {
      const reply = await slots(() => postOne(webhookUrl, update.body));
      replies.push(reply);
      if (reply.status === 200) return void accepted.add(update.updateId);
      if (performance.now() + PAUSE_MS > giveUpAt) break;
      await wait(PAUSE_MS);
    }
    refused += 1;
  };

  const waiting = new Map<unknown, Promise<void>>();
  for (const [index, update] of updates.entries()) {
    const lane = lanes === 'learner' ? update.learner : index;
    const before = waiting.get(lane) ?? Promise.resolve();
    waiting.set(
      lane,
      before.then(() => deliver(update, index)),
    );
  }
  await Promise.all(waiting.values());
  return { accepted, replies, refused, leftOut };
}

async function postOne(url: string, body: string): Promise<GatewayReply> {
  const started = performance.now();
  let status = 0;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SANDBOX_SECRET },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
    status = response.status;
  } catch {
    // No answer is an answer too: the update has to come again.
  }
  return { at: started, status, ms: performance.now() - started };
}

/** Lets `count` pieces of work run at a time, first come first served. */
export function makeSlots(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/** The `q`-quantile (0-1) of some durations, rounded; 0 when there are none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0);
}

/** How the gateway answered between two instants of `performance.now`: replies by status, and their p99 and longest in ms. */
export function repliesBetween(replies: readonly GatewayReply[], from: number, to: number) {
  const asked = replies.filter(({ at }) => at >= from && at < to);
  const statuses: Record<number, number> = {};
  for (const { status } of asked) statuses[status] = (statuses[status] ?? 0) + 1;
  const durations = asked.map(({ ms }) => ms);
  return { count: asked.length, statuses, p99Ms: quantile(durations, 0.99), maxMs: quantile(durations, 1) };
}
