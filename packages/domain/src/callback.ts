import { isLocalTime, type LocalTime } from './localDate.ts';
import type { Position } from './options.ts';
import { isTimeZone } from './zone.ts';

/**
 * What a button of ours asks for when it is tapped. Delivery ids are positive 64-bit integers as decimal
 * text.
 */
export type Callback =
  | { readonly kind: 'answer'; readonly deliveryId: string; readonly position: Position }
  | { readonly kind: 'quiz' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'timezones' }
  | { readonly kind: 'timezone'; readonly zone: string }
  | { readonly kind: 'times' }
  | { readonly kind: 'time'; readonly time: LocalTime }
  | { readonly kind: 'pause' }
  | { readonly kind: 'pauseFor'; readonly days: PauseDays }
  | { readonly kind: 'resume' }
  /** Without a reason it asks for one. */
  | { readonly kind: 'report'; readonly deliveryId: string; readonly reason: ReportReason | null };

/** Why a learner reports a question. */
export type ReportReason = (typeof REPORT_REASONS)[number];

/** Every reason, in the order in which they are offered. */
export const REPORT_REASONS = ['wrong_key', 'unclear', 'outdated', 'offensive', 'other'] as const;

const LETTER_OF_REASON: Record<ReportReason, string> = {
  wrong_key: 'w',
  unclear: 'u',
  outdated: 'o',
  offensive: 'f',
  other: 't',
};

/** Length of a pause in days; 0 lasts until it is resumed. */
export type PauseDays = 0 | 3 | 7 | 14;

const MAX_DELIVERY_ID = 2n ** 63n - 1n;

/**
 * The data of a button, a letter and its arguments, at most 64 bytes of ASCII. Throws RangeError for what
 * cannot be decoded.
 */
export function encodeCallback(callback: Callback): string {
  const data = write(callback);
  if (decodeCallback(data) === null) throw new RangeError(`not a callback: ${JSON.stringify(callback)}`);
  return data;
}

function write(callback: Callback): string {
  switch (callback.kind) {
    case 'answer':
      return `a:${callback.deliveryId}:${callback.position}`;
    case 'quiz':
      return 'q';
    case 'settings':
      return 's';
    case 'timezones':
      return 'z';
    case 'timezone':
      return `z:${callback.zone}`;
    case 'times':
      return 't';
    case 'time':
      return `t:${callback.time.replace(':', '')}`;
    case 'pause':
      return 'p';
    case 'pauseFor':
      return `p:${callback.days}`;
    case 'resume':
      return 'r';
    case 'report':
      return callback.reason === null
        ? `x:${callback.deliveryId}`
        : `x:${callback.deliveryId}:${LETTER_OF_REASON[callback.reason]}`;
  }
}

/** What a button's data asks for; null for anything that `encodeCallback` does not write. Never throws. */
export function decodeCallback(data: string): Callback | null {
  switch (data) {
    case 'q':
      return { kind: 'quiz' };
    case 's':
      return { kind: 'settings' };
    case 'z':
      return { kind: 'timezones' };
    case 't':
      return { kind: 'times' };
    case 'p':
      return { kind: 'pause' };
    case 'r':
      return { kind: 'resume' };
  }
  const argument = data.slice(2);
  switch (data.slice(0, 2)) {
    case 'a:':
      return readAnswer(argument);
    case 'z:':
      return isTimeZone(argument) ? { kind: 'timezone', zone: argument } : null;
    case 't:':
      return readTime(argument);
    case 'p:':
      return readPause(argument);
    case 'x:':
      return readReport(argument);
    default:
      return null;
  }
}

function readAnswer(argument: string): Callback | null {
  const [, deliveryId, position] = /^([1-9]\d{0,18}):([0-3])$/.exec(argument) ?? [];
  if (deliveryId === undefined || BigInt(deliveryId) > MAX_DELIVERY_ID) return null;
  return { kind: 'answer', deliveryId, position: Number(position) as Position };
}

function readReport(argument: string): Callback | null {
  const [, deliveryId, letter] = /^([1-9]\d{0,18})(?::([a-z]))?$/.exec(argument) ?? [];
  if (deliveryId === undefined || BigInt(deliveryId) > MAX_DELIVERY_ID) return null;
  if (letter === undefined) return { kind: 'report', deliveryId, reason: null };
  const reason = REPORT_REASONS.find((known) => LETTER_OF_REASON[known] === letter);
  return reason === undefined ? null : { kind: 'report', deliveryId, reason };
}

function readTime(argument: string): Callback | null {
  const [, hour, minute] = /^(\d\d)(\d\d)$/.exec(argument) ?? [];
  const time = `${hour}:${minute}`;
  return isLocalTime(time) ? { kind: 'time', time } : null;
}

function readPause(argument: string): Callback | null {
  return /^(0|3|7|14)$/.test(argument) ? { kind: 'pauseFor', days: Number(argument) as PauseDays } : null;
}
