import { once } from 'node:events';
import { createRedisBackend } from 'bullmq';
import { type ChainableCommander, Redis } from 'ioredis';
import { type Backend, prefix } from './backend.ts';
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

/**
 * A connection that lets go of a pipeline's commands once they are answered. ioredis gives each pipeline an accessor of
 * its own, and V8 keeps what hangs on that until its next full collection: a third of what a job costs.
 */
class Producers extends Redis {
  override pipeline(commands?: unknown[][]): ChainableCommander {
    const pipeline = super.pipeline(commands);
    const { _queue: queue } = pipeline as unknown as { _queue: unknown[] };
    const exec = pipeline.exec.bind(pipeline);
    pipeline.exec = (callback) =>
      exec(callback).finally(() => {
        queue.length = 0;
      });
    return pipeline;
  }
}

/** Queues on Redis: one connection for all producers, one for all workers, and one more per worker to block on. */
export function makeRedisBackend(url: string, log: ConnectionLog): Backend {
  const producers = new Producers(url, impatient);
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
    async present(queue, jobIds) {
      const keys = jobIds.map((jobId) => `${prefix}:${queue}:${jobId}`);
      // As a rule all of them are there, or none.
      const count = await producers.exists(...keys);
      if (count === 0) return new Set();
      if (count === new Set(keys).size) return new Set(jobIds);
      const found = await Promise.all(keys.map((key) => producers.exists(key)));
      return new Set(jobIds.filter((_, i) => found[i] === 1));
    },
    memory: async () => parseRedisMemory(await producers.info('memory')),
    async close() {
      producers.disconnect();
      workers?.disconnect();
    },
  };
}
