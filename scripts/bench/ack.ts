import autocannon from 'autocannon';
import { SANDBOX_SECRET, SANDBOX_TOKEN } from '../stack/stack.ts';
import { type Figure, median, peakMemory, type QueueKind, type Rig, round, startProcess } from './rig.ts';
import { tapUpdate } from './updates.ts';

const CONNECTIONS = 100;
const RUN_SECONDS = 4;
const OFFERED = { perSecond: 1_000, seconds: 20 };

let updateId = 1;

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
      rates.bare.push((await load(bare.port, { seconds: RUN_SECONDS })).requests.average);
      const result = await load(gateway.port, { seconds: RUN_SECONDS });
      if (result.non2xx > 0) throw new Error(`${result.non2xx} answers were not 2xx`);
      rates.gateway.push(result.requests.average);
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
        value: offered.latency.p99,
        unit: 'ms (p99)',
        offered: OFFERED.perSecond,
        achieved: round(offered.requests.average, 0),
        p50: offered.latency.p50,
        non2xx: offered.non2xx,
        errors: offered.errors,
        ...of,
      },
    ];
  } finally {
    await bare.process.stop();
    await gateway.process.stop();
  }
}

/** Each request is a new update of one of 10,000 learners, so that nobody meets the limit per learner. */
function load(port: number, options: { seconds: number; perSecond?: number }): Promise<autocannon.Result> {
  return autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    duration: options.seconds,
    ...(options.perSecond === undefined ? {} : { overallRate: options.perSecond }),
    requests: [
      {
        method: 'POST',
        path: '/telegram/webhook',
        headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SANDBOX_SECRET },
        setupRequest(request) {
          updateId += 1;
          const userId = 100_000 + (updateId % 10_000);
          const tap = { updateId, userId, messageId: 7, callbackId: String(updateId), data: 'a:1:2' };
          return { ...request, body: JSON.stringify(tapUpdate(tap)) };
        },
      },
    ],
  });
}
