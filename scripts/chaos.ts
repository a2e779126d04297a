import { parseArgs } from 'node:util';
import { faultCases } from './chaos/cases.ts';
import type { FaultCase, QueueKind } from './chaos/faultCase.ts';
import { findRedis } from './stack/redis.ts';

const USAGE = `npm run chaos -- [name|all] [--queue redis|postgres] [--quick] [--logs FILE]
npm run chaos -- --list

Proves what must hold under faults. Each case starts a stack of its own on this machine, breaks it, waits until it has
healed, compares the rows with a fault-free run, and prints one JSON line; the exit code is 1 when any is not ok. --queue
runs on one queue only (both, Redis when there is a redis-server on PATH), --quick with small sizes, --logs keeps what
the services print. Uses 127.0.0.1 only, and ends by itself.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    queue: { type: 'string' },
    quick: { type: 'boolean', default: false },
    logs: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const names = positionals.length === 0 ? ['all'] : positionals;
const unknown = names.filter((name) => name !== 'all' && !faultCases.some((each) => each.name === name));
const isQueue = values.queue === undefined || values.queue === 'redis' || values.queue === 'postgres';

if (values.list) {
  for (const { name, about } of faultCases) console.log(`${name.padEnd(22)} ${about}`);
} else if (values.help || unknown.length > 0 || !isQueue) {
  for (const name of unknown) console.error(`there is no case ${name}; --list shows them all`);
  console.error(USAGE);
  process.exitCode = values.help ? 0 : 1;
} else {
  const wanted = faultCases.filter(({ name }) => names.includes('all') || names.includes(name));
  for (const faultCase of wanted) await runOnQueues(faultCase);
}

async function runOnQueues(faultCase: FaultCase): Promise<void> {
  for (const queue of faultCase.queues) {
    if (values.queue !== undefined && values.queue !== queue) continue;
    if (queue === 'redis' && findRedis() === undefined) {
      console.error(`${faultCase.name}: no redis-server on PATH, so the Redis queue is left out`);
      continue;
    }
    await run(faultCase, queue);
  }
}

async function run({ name, run }: FaultCase, queue: QueueKind): Promise<void> {
  const started = performance.now();
  const say = (text: string) => console.error(`${name} (${queue}): ${text}`);
  const logs = values.logs === undefined ? {} : { logFile: values.logs };
  const finding = await run({ queue, quick: values.quick, say, ...logs }).catch((error: unknown) => ({
    ok: false,
    lost: null,
    duplicated: null,
    error: error instanceof Error ? error.message : String(error),
  }));
  const { ok, lost, duplicated, ...details } = finding;
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  console.log(JSON.stringify({ fault: name, queue, ok, lost, duplicated, seconds, ...details }));
  if (!ok) process.exitCode = 1;
}
