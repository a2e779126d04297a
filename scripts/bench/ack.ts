import { SANDBOX_SECRET, SANDBOX_TOKEN } from '../stack/stack.ts';
import { load } from './load.ts';
import { type Figure, median, peakMemory, type QueueKind, type Rig, round, startProcess } from './rig.ts';

const RUN_SECONDS = 4;
const OFFERED = { perSecond: 1_000, seconds: 20 };

/** Webhook requests a second, against a bare Express route; then the latency when 1,000 a second are offered. */
export async function benchAck(rig: Rig, queue: QueueKind, runs: number): Promise<Figure[]> {
  const { databaseUrl, queueUrl } = await rig.place(queue);
  const bare = await startProcess('scripts/bench/bareExpress.ts', {});
  const gateway = await startProcess('services/gateway/dist/main.js', {
    DATABASE_URL: databaseUrl,
    QUEUE_URL: queueUrl,
    TELEGRAM_BOT_TOKEN: SANDBOX_TOKEN,
    TELEGRAM_WEBHOOK_SECRET: SANDBOX_SECRET,
  });
  try {
    const rates = { bare: [] as number[], gateway: [] as number[] };
    await load(bare.port, { seconds: 2 });
    await load(gateway.port, { seconds: 2 });
    for (let run = 0; run < runs; run++) {
      rates.bare.push((await load(bare.port, { seconds: RUN_SECONDS })).rate);
      const result = await load(gateway.port, { seconds: RUN_SECONDS });
      if (result.non2xx > 0) throw new Error(`${result.non2xx} answers were not 2xx`);
      rates.gateway.push(result.rate);
    }
    const offered = await load(gateway.port, { seconds: OFFERED.seconds, perSecond: OFFERED.perSecond });
    const value = median(rates.gateway);
    const baseline = median(rates.bare);
    const memory = await peakMemory(gateway.process.pid);
    const of = { queue, memoryMb: memory };
    return [
      {
        bench: 'ack',
        value: round(value, 0),
        unit: 'updates/s',
        baseline: round(baseline, 0),
        ratio: round(value / baseline),
        ...of,
      },
      {
        bench: 'ack.latency',
        value: offered.p99,
        unit: 'ms (p99)',
        offered: OFFERED.perSecond,
        achieved: offered.rate,
        p50: offered.p50,
        non2xx: offered.non2xx,
        unanswered: offered.unanswered,
        ...of,
      },
    ];
  } finally {
    await bare.process.stop();
    await gateway.process.stop();
  }
}
