import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';

const LOOK_EVERY_MS = 50;
/** Of a body that was refused, so many times the limit is read off before its sender is cut. */
const READ_OFF = 4;

/**
 * Cuts the connection of whoever goes on sending a body far over `bytes` although the answer has gone out: reading
 * tens of megabytes only to drop them costs memory. Little is read off, so that the sender gets to see the answer.
 */
export function cutEndlessBodies(bytes: number): RequestHandler {
  return (req, res, next) => {
    if (announcedBytes(req.headers) <= bytes) return next();
    const { socket } = req;
    const before = socket.bytesRead;
    const watching = setInterval(() => {
      if (res.writableFinished && socket.bytesRead - before > READ_OFF * bytes) socket.destroy();
    }, LOOK_EVERY_MS);
    req.once('close', () => clearInterval(watching));
    next();
  };
}

/** Answers 413 as soon as a body is known to be over `bytes`: at once when it is announced, else when that much has come. */
export function refuseOver(bytes: number): RequestHandler {
  return (req, res, next) => {
    const announced = announcedBytes(req.headers);
    if (announced <= bytes) return next();
    if (announced !== Number.POSITIVE_INFINITY) return void res.status(413).end();
    let received = 0;
    req.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > bytes && !res.headersSent) res.status(413).end();
    });
    next();
  };
}

/** Infinity when the body comes in chunks of no announced length. */
function announcedBytes(headers: IncomingHttpHeaders): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}
