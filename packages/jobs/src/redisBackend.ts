import { once } from 'node:events';
import { createRedisBackend } from 'bullmq';
import { Redis } from 'ioredis';
import type { Backend } from './backend.ts';
import type { ConnectionLog } from './log.ts';
import { parseRedisMemory } from './redisMemory.ts';

const reconnect = {
  connectTimeout: 5000,
  keepAlive: 10_000,
  retryStrategy: (times: number) => Math.min(times * 100, 1000),
};

/** Producers would rather fail than wait: what could not be enqueued is found again in the database. */
const impatient = {
  ...reconnect,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  socketTimeout: 5000,
};

/**
 * Workers wait for Redis to come back. A server that is silent for 30 s, which is longer than a worker ever blocks,
 * is taken for dead: without that a black-holed connection would hold them for a quarter of an hour.
 */
const patient = { ...reconnect, maxRetriesPerRequest: null, socketTimeout: 30_000 };

/** Queues on Redis: one connection for all producers, one for all workers, and one more per worker to block on. */
export function makeRedisBackend(url: string, log: ConnectionLog): Backend {
  const producers = new Redis(url, impatient);
  producers.on('error', (error) => log.trouble('redis', error));
  const firstContact = Promise.race([once(producers, 'ready'), once(producers, 'close')]).catch(
    () => undefined,
  );
  let workers: Redis | undefined;

  function connectWorkers(): Redis {
    if (workers === undefined) {
      workers = new Redis(url, patient);
      workers.setMaxListeners(50);
      workers.on('error', (error) => log.trouble('redis', error));
    }
    return workers;
  }

  return {
    async reachable() {
      await firstContact;
      await producers.ping();
    },
    factory: (name, options, needs) =>
      createRedisBackend(
        name,
        { ...options, connection: needs?.withBlockingConnection ? connectWorkers() : producers },
        needs,
      ),
    memory: async () => parseRedisMemory(await producers.info('memory')),
    async close() {
      producers.disconnect();
      workers?.disconnect();
    },
  };
}
