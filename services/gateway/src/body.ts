import type { IncomingMessage, ServerResponse } from 'node:http';

const LOOK_EVERY_MS = 50;
/** Of a body that was refused, so many times the limit is read off before its sender is cut. */
const READ_OFF = 4;

/**
 * Reads a body of at most `limit` bytes. `too long` comes as soon as that is known: at once when it is announced, else
 * when that much has come. `cut off` when the sender goes away before the end.
 */
export function readBody(req: IncomingMessage, limit: number): Promise<Buffer | 'too long' | 'cut off'> {
  const announced = announcedBytes(req);
  if (announced > limit && announced !== Number.POSITIVE_INFINITY) return Promise.resolve('too long');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let received = 0;
    req.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received <= limit) chunks.push(chunk);
      else resolve('too long');
    });
    req.on('end', () => resolve(Buffer.concat(chunks)));
    req.on('error', () => resolve('cut off'));
  });
}

/**
 * Cuts the connection of whoever goes on sending a body far over `limit` although the answer has gone out: reading
 * tens of megabytes only to drop them costs memory. Little is read off, so that the sender gets to see the answer.
 */
export function cutEndlessBody(req: IncomingMessage, res: ServerResponse, limit: number): void {
  if (announcedBytes(req) <= limit) return;
  const { socket } = req;
  const before = socket.bytesRead;
  const watching = setInterval(() => {
    if (res.writableFinished && socket.bytesRead - before > READ_OFF * limit) socket.destroy();
  }, LOOK_EVERY_MS);
  req.once('close', () => clearInterval(watching));
}

/** Infinity when the body comes in chunks of no announced length. */
function announcedBytes({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}
