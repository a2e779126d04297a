import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener } from 'node:http';
import { cutEndlessBody, readBody } from './body.ts';
import { type RawUpdate, type Receive, Refused } from './receive.ts';
import type { UpdateType } from './route.ts';

export interface WebhookOptions {
  readonly secret: string;
  readonly receive: Receive;
  /** Told of what went wrong on our side; the sender learns no details. */
  readonly onError: (error: unknown) => void;
  /** Told of every request that ended, with its duration in seconds. */
  readonly onRequest: (status: number, updateType: UpdateType, seconds: number) => void;
}

interface Answer {
  readonly status: number;
  readonly updateType?: UpdateType;
}

const PATH = '/telegram/webhook';
const BODY_LIMIT = 256 * 1024;
const SECRET_HEADER = 'x-telegram-bot-api-secret-token';
const RETRY_AFTER_SECONDS = 1;
/** Only our own log and metrics see it: the sender has gone. */
const CLIENT_GONE = 499;

/** `POST /telegram/webhook` and nothing else. 200 means stored. */
export function makeWebhook({ secret, receive, onError, onRequest }: WebhookOptions): RequestListener {
  const isSecret = secretCheck(secret);

  const answerTo = async (req: IncomingMessage): Promise<Answer> => {
    if (!isSecret(req.headers[SECRET_HEADER])) return { status: 401 };
    if (!isPlainJson(req.headers)) return { status: 415 };
    try {
      const body = await readBody(req, BODY_LIMIT);
      if (body === 'too long') return { status: 413 };
      if (body === 'cut off') return { status: CLIENT_GONE };
      const update = readUpdate(body);
      if (update === null) return { status: 400 };
      return { status: 200, updateType: await receive(update, new Date()) };
    } catch (error) {
      if (error instanceof Refused) return { status: 503 };
      onError(error);
      return { status: 500 };
    }
  };

  return async (req, res) => {
    const started = performance.now();
    cutEndlessBody(req, res, BODY_LIMIT);
    // Not writeHead: without it Node knows that there is no body, and says so in one header.
    if (req.method !== 'POST' || req.url !== PATH) {
      res.statusCode = 404;
      res.end();
      return;
    }
    let updateType: UpdateType = 'other';
    res.on('close', () => {
      const status = res.writableFinished ? res.statusCode : CLIENT_GONE;
      onRequest(status, updateType, (performance.now() - started) / 1000);
    });
    const answer = await answerTo(req);
    updateType = answer.updateType ?? 'other';
    res.statusCode = answer.status;
    if (answer.status === 503) res.setHeader('Retry-After', RETRY_AFTER_SECONDS);
    res.end();
  };
}

/** Null when the body is no JSON. */
function readUpdate(body: Buffer): RawUpdate | null {
  const text = body.toString();
  try {
    return { text, body: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** JSON that is not packed: Telegram does not pack updates, and to unpack what others send is work for them to give us. */
function isPlainJson(headers: IncomingHttpHeaders): boolean {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return false;
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
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
