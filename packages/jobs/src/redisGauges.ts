import { within } from './deadline.ts';
import type { Queues } from './queues.ts';

const timeoutMs = 1000;

/** What a Redis says of its memory. */
export interface RedisMemory {
  /** It must never evict: an evicted key is a lost job. */
  readonly policyOk: boolean;
  readonly usedBytes: number;
  /** The limit it was given, else the machine's memory. */
  readonly maxBytes: number;
}

/** Reads the reply of `INFO memory`. */
export function parseRedisMemory(info: string): RedisMemory {
  const fields = new Map(info.split(/\r?\n/).map((line) => line.split(':', 2) as [string, string]));
  const bytes = (name: string) => Number(fields.get(name) ?? Number.NaN);
  return {
    policyOk: fields.get('maxmemory_policy') === 'noeviction',
    usedBytes: bytes('used_memory'),
    maxBytes: bytes('maxmemory') || bytes('total_system_memory'),
  };
}

/**
 * Adds `rung_redis_policy_ok` and `rung_redis_memory_bytes{kind}` (used, max) to the registry of `queues`, asked at each
 * scrape. Absent while Redis does not answer, and on the PostgreSQL backend.
 */
export function redisGauges(queues: Queues): void {
  const { memory } = queues.backend;
  if (memory === undefined) return;
  const ask = async (): Promise<RedisMemory | null> => {
    try {
      return await within(timeoutMs, memory());
    } catch (error) {
      queues.log.trouble('redis memory', error);
      return null;
    }
  };
  const policy = queues.registry.gauge({
    name: 'rung_redis_policy_ok',
    help: '1 when Redis never evicts keys',
    async collect() {
      const found = await ask();
      if (found === null) policy.remove();
      else policy.set(found.policyOk ? 1 : 0);
    },
  });
  queues.registry.gauge({
    name: 'rung_redis_memory_bytes',
    help: 'Memory of Redis, used and at most',
    labelNames: ['kind'],
    async collect() {
      const found = await ask();
      this.reset();
      if (found === null) return;
      this.set({ kind: 'used' }, found.usedBytes);
      this.set({ kind: 'max' }, found.maxBytes);
    },
  });
}
