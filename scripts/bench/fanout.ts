import { connectQueues } from '@rung/jobs';
import { until } from '../stack/until.ts';
import { addLearners, withClient } from './learners.ts';
import {
  type Figure,
  median,
  type Place,
  peakMemory,
  type QueueKind,
  type Rig,
  round,
  startProcess,
} from './rig.ts';

const LEARNERS = 100_000;
const FEW = 10_000;
const CHUNK = 1_000;
const PATIENCE_MS = 180_000;
const silent = { info() {}, warn() {}, error() {} };

/** A day's questions decided, stored and enqueued for everybody at once, against raw `addBulk` of as many jobs. */
export async function benchFanout(rig: Rig, queue: QueueKind, runs: number): Promise<Figure[]> {
  const rates = { raw: [] as number[], ours: [] as number[] };
  let memory = 0;
  for (let run = 0; run < runs; run++) {
    rates.raw.push(LEARNERS / (await rawAddBulk(await rig.place(queue))));
    const { seconds, memoryMb } = await fanOut(await rig.place(queue), LEARNERS);
    rates.ours.push(LEARNERS / seconds);
    memory = Math.max(memory, memoryMb);
  }
  const few = await fanOut(await rig.place(queue), FEW);
  const value = median(rates.ours);
  const baseline = median(rates.raw);
  return [
    {
      bench: 'fanout',
      value: round(value, 0),
      unit: 'learners/s',
      baseline: round(baseline, 0),
      ratio: round(value / baseline),
      queue,
      learners: LEARNERS,
      memoryMb: memory,
      memoryMbOfTenThousand: few.memoryMb,
    },
  ];
}

/** Seconds that BullMQ takes to add as many jobs of the same shape. */
async function rawAddBulk({ queueUrl }: Place): Promise<number> {
  const queues = connectQueues({ url: queueUrl, logger: silent });
  try {
    const raw = await queues.queue('deliveries');
    const started = performance.now();
    for (let first = 0; first < LEARNERS; first += CHUNK) {
      await raw.addBulk(
        Array.from({ length: CHUNK }, (_, i) => ({
          name: 'delivery.send',
          data: { deliveryId: String(first + i) },
          opts: { jobId: `send-${first + i}` },
        })),
      );
    }
    return (performance.now() - started) / 1000;
  } finally {
    await queues.close();
  }
}

/** Makes everybody due under a running scheduler and waits until all are enqueued. */
async function fanOut(place: Place, learners: number): Promise<{ seconds: number; memoryMb: number }> {
  await withClient(place.ownerUrl, async (client) => {
    await addLearners(client, {
      from: 1,
      count: learners,
      nextDeliveryAt: new Date(Date.now() + 86_400_000),
    });
    await client.query('VACUUM ANALYZE users');
  });
  const scheduler = await startProcess('services/scheduler/dist/main.js', {
    DATABASE_URL: place.databaseUrl,
    QUEUE_URL: place.queueUrl,
    TICK_INTERVAL_MS: '100',
  });
  const queues = connectQueues({ url: place.queueUrl, logger: silent });
  try {
    const queue = await queues.queue('deliveries');
    await withClient(place.ownerUrl, (client) => client.query(`UPDATE users SET next_delivery_at = now()`));
    const started = performance.now();
    await until(`${learners} jobs`, PATIENCE_MS, async () => (await queue.getWaitingCount()) >= learners);
    const seconds = (performance.now() - started) / 1000;
    return { seconds, memoryMb: await peakMemory(scheduler.process.pid) };
  } finally {
    await queues.close();
    await scheduler.process.stop();
  }
}
