import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../../../scripts/stack/until.ts';

export type ServiceName = 'gateway' | 'scheduler' | 'worker';

/** A service's entry run as a process of its own, with nothing in its environment but what the test gave it. */
export interface ServiceProcess {
  readonly pid: number;
  /** Everything that it has written so far, on both streams. */
  output(): string;
  /** Its address for learners' traffic, from its own log. Only the gateway has one. */
  url(): string;
  /** Its operations address, from its own log. */
  opsUrl(): string;
  metrics(): Promise<string>;
  /** How it has ended; undefined while it runs. */
  ended(): { code: number | null } | undefined;
  /** Sends SIGTERM and waits for the end. */
  stop(): Promise<{ code: number | null; ms: number }>;
  kill(): void;
}

const entries = {
  gateway: new URL('../src/main.ts', import.meta.url),
  scheduler: new URL('../../scheduler/src/main.ts', import.meta.url),
  worker: new URL('../../worker/src/main.ts', import.meta.url),
};

const STARTED = /"msg":"(?:listening|polling for updates|ticking|working)".*\n/;

/** Runs a service; does not wait for it. */
export function spawnService(name: ServiceName, env: Readonly<Record<string, string>>): ServiceProcess {
  const child = spawn(process.execPath, ['--conditions=source', fileURLToPath(entries[name])], {
    env: {
      PATH: process.env.PATH,
      ...(process.env.NODE_V8_COVERAGE !== undefined && { NODE_V8_COVERAGE: process.env.NODE_V8_COVERAGE }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let end: { code: number | null } | undefined;
  const closed = once(child, 'close').then(([code]: (number | null)[]) => {
    end = { code: code ?? null };
    return end;
  });
  const portOf = (field: string): string => {
    const port = new RegExp(`"${field}":(\\d+)`).exec(output)?.[1];
    if (port === undefined) throw new Error(`${name} has not said its ${field}: ${output}`);
    return `http://127.0.0.1:${port}`;
  };
  const opsUrl = () => portOf('opsPort');
  return {
    pid: child.pid ?? 0,
    output: () => output,
    url: () => portOf('port'),
    opsUrl,
    metrics: async () => (await fetch(`${opsUrl()}/metrics`)).text(),
    ended: () => end,
    async stop() {
      const started = performance.now();
      child.kill('SIGTERM');
      return { ...(await closed), ms: performance.now() - started };
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Runs a service on free ports and waits until it says that it works. */
export async function startService(
  name: ServiceName,
  env: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const service = spawnService(name, { PORT: '0', OPS_PORT: '0', LOG_FORMAT: 'json', ...env });
  try {
    await until(`${name} says that it works`, 15_000, () => STARTED.test(service.output()));
  } catch (error) {
    service.kill();
    throw new Error(`${name} did not start: ${service.output()}`, { cause: error });
  }
  return service;
}

/** Value of one series in a scrape, such as `rung_updates_total{result="accepted"}`; 0 when it is not there. */
export function seriesIn(metrics: string, series: string): number {
  const line = metrics.split('\n').find((text) => text.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}
