import { once } from 'node:events';
import { request } from 'node:http';

export const MEGABYTE = 1024 * 1024;

/** So many megabytes of blanks. */
export function* megabytes(count: number): Generator<Buffer> {
  const one = Buffer.alloc(MEGABYTE, 0x20);
  for (let i = 0; i < count; i++) yield one;
}

/**
 * Posts `chunks` without announcing their length, as fast as they are taken; resolves to the status, or to `cut` when
 * the connection was cut: TCP may throw the answer away together with what the sender still had under way.
 */
export function postInChunks(
  url: string,
  headers: Readonly<Record<string, string>>,
  chunks: Iterable<Buffer>,
): Promise<number | 'cut' | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers });
    outgoing.on('response', (response) => resolve(response.resume().statusCode));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve('cut');
      else reject(error);
    });
    const writeAll = async () => {
      for (const chunk of chunks) {
        if (outgoing.destroyed) return;
        if (!outgoing.write(chunk)) await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')]);
      }
      outgoing.end();
    };
    writeAll().catch(reject);
  });
}
