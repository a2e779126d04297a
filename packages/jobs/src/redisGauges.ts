import { within } from './deadline.ts';
import type { Queues } from './queues.ts';
import type { RedisMemory } from './redisMemory.ts';

const timeoutMs = 1000;

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
