import { mkdir, mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './ports.ts';
import { findProgram } from './programs.ts';
import { supervise } from './supervised.ts';
import { until } from './until.ts';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where it keeps its files. */
  readonly dir: string;
  /** Ends it in order. Safe to call again. */
  stop(): Promise<void>;
  /** Ends it at once, as by SIGKILL. */
  kill(): Promise<void>;
  /** Makes it hang with its connections open, until `thaw`. */
  freeze(): void;
  thaw(): void;
}

export interface RedisOptions {
  /** Kept when given; else a folder of its own that goes when the server ends. */
  readonly dir?: string;
  readonly port?: number;
  /** Writes each command to disk within a second (AOF). False: nothing outlives the process. */
  readonly appendOnly?: boolean;
}

/** Path of the machine's `redis-server`; undefined when there is none. */
export function findRedis(): string | undefined {
  return findProgram('redis-server');
}

/** Starts a Redis with 64 databases and no eviction, on the loopback interface. Null when the machine has none. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer | null> {
  const command = findRedis();
  if (command === undefined) return null;
  const dir = resolve(options.dir ?? (await mkdtemp(join(tmpdir(), 'rung-redis-'))));
  await mkdir(dir, { recursive: true });
  const port = options.port ?? (await freePort());
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir,
    save: '',
    appendonly: options.appendOnly === true ? 'yes' : 'no',
    'maxmemory-policy': 'noeviction',
    databases: '64',
  };
  const server = await supervise({
    command,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    stopSignals: ['SIGTERM'],
    ...(options.dir === undefined && { removeAtEnd: dir }),
  });
  try {
    await until(`redis-server on port ${port}`, 20_000, async () => {
      if (server.exit() !== undefined) throw new Error(`redis-server did not start: ${server.output()}`);
      return answersPing(port);
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: server.pid,
    dir,
    async stop() {
      server.signal('SIGCONT');
      await server.stop();
    },
    async kill() {
      server.signal('SIGKILL');
      await server.exited;
    },
    freeze: () => server.signal('SIGSTOP'),
    thaw: () => server.signal('SIGCONT'),
  };
}

/** Answers `-LOADING` while it still reads its files, which is not an answer. */
async function answersPing(port: number): Promise<boolean> {
  const { promise, resolve: settle } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
  socket.setTimeout(1000, () => settle(false));
  socket.on('data', (reply) => settle(reply.toString().startsWith('+PONG')));
  socket.on('error', () => settle(false));
  socket.on('close', () => settle(false));
  const answer = await promise;
  socket.destroy();
  return answer;
}
