import { parseArgs } from 'node:util';
import { benchAck } from './bench/ack.ts';
import { benchAnswers } from './bench/answers.ts';
import { benchFanout } from './bench/fanout.ts';
import { type Figure, openRig, type QueueKind, type Rig } from './bench/rig.ts';
import { benchSelect } from './bench/select.ts';

const USAGE = `npm run bench -- [ack|answers|fanout|select|all] [--queue redis|postgres|both] [--runs N]

Measures against a baseline in the same run and prints one JSON line for each figure; --runs repeats (5), the median
counts. Needs a redis-server on PATH for the Redis queue. Talks to 127.0.0.1 only.`;

type Bench = (rig: Rig, queue: QueueKind, runs: number) => Promise<Figure[]>;

/** `select` asks the database alone: it is the same with every queue. */
const benches: Readonly<Record<string, { run: Bench; queues: boolean }>> = {
  ack: { run: benchAck, queues: true },
  answers: { run: benchAnswers, queues: true },
  fanout: { run: benchFanout, queues: true },
  select: { run: benchSelect, queues: false },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    queue: { type: 'string', default: 'both' },
    runs: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});
const [which = 'all'] = positionals;
const names = which === 'all' ? Object.keys(benches) : [which];
const queues = { redis: ['redis'], postgres: ['postgres'], both: ['redis', 'postgres'] }[values.queue];
const runs = Number(values.runs);
if (values.help || queues === undefined || !names.every((name) => name in benches) || !(runs >= 1)) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 1);
}

const rig = await openRig();
try {
  for (const name of names) {
    const bench = benches[name];
    for (const queue of bench?.queues ? (queues as QueueKind[]) : (['postgres'] as const)) {
      if (queue === 'redis' && rig.redis === null) {
        console.error(`${name}: no redis-server on PATH, so the Redis queue is left out`);
        continue;
      }
      console.error(`${name} (${bench?.queues ? queue : 'database'}) …`);
      for (const figure of (await bench?.run(rig, queue, runs)) ?? []) console.log(JSON.stringify(figure));
    }
  }
} finally {
  await rig.close();
}
