import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Another demo has the folder. */
export class AlreadyRunning extends Error {
  constructor(where: string) {
    super(
      `A demo is running here already${where === '' ? '' : `: ${where}`}. Stop it with Ctrl-C in its terminal first.`,
    );
    this.name = 'AlreadyRunning';
  }
}

/**
 * Claims a folder for this process until `release`, or until it ends, however it ends. Those who come later are told
 * `where()` this one is. Throws AlreadyRunning when another process has it.
 */
export async function claimFolder(
  folder: string,
  where: () => string,
): Promise<{ release(): Promise<void> }> {
  const path = socketOf(folder);
  const running = await ask(path);
  if (running !== undefined) throw new AlreadyRunning(running);
  // Nobody answers: the socket is what a killed demo has left.
  if (process.platform !== 'win32') await rm(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(where());
  });
  await once(server.listen(path), 'listening');
  server.unref();
  return {
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A path for sockets must be short, so it cannot be inside the folder. */
function socketOf(folder: string): string {
  const name = `rung-demo-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

async function ask(path: string): Promise<string | undefined> {
  const socket = connect(path);
  try {
    return await text(socket);
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}
