import { changeLearner, reschedule, setConversation } from '@rung/db';
import { type Callback, isLocalTime, nextDelivery, type PauseDays } from '@rung/domain';
import type { Notice, Reply } from '@rung/messages';
import { type Context, nextAtOf } from './context.ts';
import { type Outcome, replyWith } from './outcome.ts';
import { quiz } from './quiz.ts';
import { findZones, SUGGESTED_TIMES, SUGGESTED_ZONES } from './zones.ts';

const DAY_MS = 24 * 3_600_000;

/** What a button of the settings, the greeting or a pause says. */
type SettingsTap = Exclude<Callback, { kind: 'answer' | 'report' }>;

/** A tap on any button that is not about one question. The tapped message is edited in place. */
export async function settingsTap(context: Context, tap: SettingsTap): Promise<Outcome> {
  const outcome = await decide(context, tap);
  const { event } = context;
  if (outcome.kind !== 'reply' || event.kind !== 'tap' || tap.kind === 'quiz') return outcome;
  return { ...outcome, replaces: event.messageId };
}

function decide(context: Context, tap: SettingsTap): Promise<Outcome> {
  switch (tap.kind) {
    case 'quiz':
      return quiz(context);
    case 'settings':
      return settings(context);
    case 'timezones':
      return askTimezone(context);
    case 'timezone':
      return setTimezone(context, tap.zone);
    case 'times':
      return askDeliveryTime(context);
    case 'time':
      return setDeliveryTime(context, tap.time);
    case 'pause':
      return askPause(context);
    case 'pauseFor':
      return pauseFor(context, tap.days);
    case 'resume':
      return resume(context);
  }
}

/** /settings: what is set, with a button for each. */
export async function settings({ learner, now }: Context): Promise<Outcome> {
  const { timezone, deliveryTime, pausedUntil, optedIn } = learner;
  // Who has stopped is shown as paused without an end: nothing comes until they resume.
  const paused = !optedIn || (pausedUntil !== null && Number(pausedUntil) > now.getTime());
  const ends = optedIn && paused && pausedUntil instanceof Date;
  return replyWith({
    kind: 'settings',
    timezone,
    deliveryTime,
    paused,
    pausedUntil: ends ? pausedUntil.toISOString() : null,
    nextAt: nextAtOf(learner, now),
  });
}

async function askTimezone({ tx, learner, now }: Context): Promise<Outcome> {
  await setConversation(tx, learner.userId, 'timezone', now);
  return replyWith({ kind: 'ask_timezone', suggestions: SUGGESTED_ZONES });
}

/** A typed city or zone: set when it is clear which, else offered to choose from. */
export async function typedTimezone(context: Context, input: string): Promise<Outcome> {
  const choices = findZones(input);
  const [only, second] = choices;
  if (only === undefined) return replyWith({ kind: 'timezone_unknown', input });
  if (second === undefined) return setTimezone(context, only.zone);
  return replyWith({ kind: 'timezone_choices', input, choices });
}

async function setTimezone({ tx, learner, now }: Context, timezone: string): Promise<Outcome> {
  await setConversation(tx, learner.userId, null, now);
  const nextDeliveryAt = await reschedule(tx, learner, { timezone }, now);
  const nextAt = nextAtOf({ ...learner, nextDeliveryAt }, now);
  return saved({ kind: 'timezone_set', timezone, nextAt });
}

async function askDeliveryTime({ tx, learner, now }: Context): Promise<Outcome> {
  await setConversation(tx, learner.userId, 'delivery_time', now);
  return replyWith({ kind: 'ask_delivery_time', suggestions: [...SUGGESTED_TIMES] });
}

/** A typed time of day: 7:30, 07:30, 7.30, 730, 7, 7:30 pm, 7 P.M. */
export async function typedDeliveryTime(context: Context, input: string): Promise<Outcome> {
  const time = readTime(input);
  return time === null ? replyWith({ kind: 'delivery_time_unknown', input }) : setDeliveryTime(context, time);
}

/** Reads a time of day as people type it; 'HH:MM', or null. */
function readTime(input: string): string | null {
  const [, hours, minutes = '00', half] =
    /^(\d{1,2})(?:[:.h ]?(\d{2}))?\s*(am|pm)?$/i.exec(input.trim().replace(/\.m\.$/i, 'm')) ?? [];
  if (hours === undefined) return null;
  let hour = Number(hours);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  const time = `${String(hour).padStart(2, '0')}:${minutes}`;
  return isLocalTime(time) ? time : null;
}

async function setDeliveryTime({ tx, learner, now }: Context, deliveryTime: string): Promise<Outcome> {
  await setConversation(tx, learner.userId, null, now);
  const nextDeliveryAt = await reschedule(tx, learner, { deliveryTime }, now);
  const { timezone } = learner;
  return saved({
    kind: 'delivery_time_set',
    deliveryTime,
    timezone,
    nextAt: nextAtOf({ ...learner, nextDeliveryAt }, now),
  });
}

/** /pause: for how long? */
export async function askPause(_context: Context): Promise<Outcome> {
  return replyWith({ kind: 'ask_pause' });
}

async function pauseFor({ tx, learner, now }: Context, days: PauseDays): Promise<Outcome> {
  const until = days === 0 ? null : new Date(now.getTime() + days * DAY_MS);
  await changeLearner(tx, learner.userId, { pausedUntil: until ?? Number.POSITIVE_INFINITY });
  return saved({ kind: 'paused', until: until?.toISOString() ?? null, timezone: learner.timezone });
}

/** /resume: deliveries go on from the next slot; of a learner who was not away the one that is due stays so. */
export async function resume({ tx, learner, now }: Context): Promise<Outcome> {
  const away = nextAtOf(learner, now) === null;
  const nextDeliveryAt = away ? nextDelivery({ ...learner, owed: null, now }).at : learner.nextDeliveryAt;
  await changeLearner(tx, learner.userId, { optedIn: true, pausedUntil: null, nextDeliveryAt });
  return saved({ kind: 'resumed', nextAt: nextDeliveryAt.toISOString(), timezone: learner.timezone });
}

function saved(reply: Reply): Outcome {
  const notice: Notice = 'saved';
  return { kind: 'reply', reply, replaces: null, notice };
}
