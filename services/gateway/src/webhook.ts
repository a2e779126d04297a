import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { cutEndlessBodies, refuseOver } from './bodyLimit.ts';
import { type RawUpdate, type Receive, Refused } from './receive.ts';

export interface WebhookOptions {
  readonly secret: string;
  readonly receive: Receive;
  /** Told of what went wrong on our side; the sender learns no details. */
  readonly onError: (error: unknown) => void;
  /** Told of every request that ended, with its duration in seconds. */
  readonly onRequest: (status: number, updateType: string, seconds: number) => void;
}

const BODY_LIMIT = 256 * 1024;
const SECRET_HEADER = 'x-telegram-bot-api-secret-token';
const RETRY_AFTER_SECONDS = '1';

/** `POST /telegram/webhook` and nothing else. 200 means stored. */
export function makeWebhook({ secret, receive, onError, onRequest }: WebhookOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');

  const isSecret = secretCheck(secret);
  const guard: RequestHandler = (req, res, next) => {
    const started = performance.now();
    res.locals.updateType = 'other';
    res.once('close', () => {
      const status = res.writableFinished ? res.statusCode : 499;
      onRequest(status, res.locals.updateType, (performance.now() - started) / 1000);
    });
    if (!isSecret(req.headers[SECRET_HEADER])) return void res.status(401).end();
    if (!isJson(req)) return void res.status(415).end();
    next();
  };

  app.post(
    '/telegram/webhook',
    cutEndlessBodies(BODY_LIMIT),
    guard,
    refuseOver(BODY_LIMIT),
    // The text itself is kept: parsing is ours, and once.
    express.raw({ limit: BODY_LIMIT, type: isJson }),
    async (req, res) => {
      const update = readUpdate(req.body);
      if (update === null) return void res.status(400).end();
      try {
        res.locals.updateType = await receive(update, new Date());
        res.status(200).end();
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        res.status(503).set('Retry-After', RETRY_AFTER_SECONDS).end();
      }
    },
  );
  app.use((_req, res) => void res.status(404).end());
  app.use(refuseFailed(onError));
  return app;
}

/** Reading a body fails with the status that says why (400, 413, 415); anything else is ours. No details go out. */
function refuseFailed(onError: WebhookOptions['onError']): ErrorRequestHandler {
  return (error: { status?: unknown }, _req, res, _next) => {
    const { status } = error;
    const theirs = typeof status === 'number' && status >= 400 && status < 500;
    if (!theirs) onError(error);
    // A body that turned out too long has its answer, and what comes of reading the rest is nobody's business.
    if (!res.headersSent) res.status(theirs ? status : 500).end();
  };
}

/** Null when the body is no JSON. */
function readUpdate(body: unknown): RawUpdate | null {
  if (!Buffer.isBuffer(body)) return null;
  const text = body.toString();
  try {
    return { text, body: JSON.parse(text) };
  } catch {
    return null;
  }
}

function isJson(req: IncomingMessage): boolean {
  return /^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? '');
}

/** Compares in constant time; a wrong length is as wrong as wrong letters. */
function secretCheck(secret: string): (given: string | string[] | undefined) => boolean {
  const expected = Buffer.from(secret);
  return (given) => {
    const actual = Buffer.from(typeof given === 'string' ? given : '');
    const sameLength = actual.length === expected.length;
    return timingSafeEqual(sameLength ? actual : expected, expected) && sameLength;
  };
}
