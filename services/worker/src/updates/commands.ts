import { changeLearner, type Learner, readConversation, readStats, setConversation } from '@rung/db';
import { nextDelivery } from '@rung/domain';
import type { Context } from './context.ts';
import { nextAtOf } from './context.ts';
import type { Event } from './event.ts';
import { type Outcome, replyWith } from './outcome.ts';
import { quiz } from './quiz.ts';
import { reportLatest } from './report.ts';
import { askPause, resume, settings, typedDeliveryTime, typedTimezone } from './settings.ts';

type Text = Extract<Event, { kind: 'text' }>;

/** Every command of the menu, by name without the slash. */
const commands: Record<string, (context: Context<Text>) => Promise<Outcome>> = {
  start: welcomeBack,
  quiz: (context) => quiz(context),
  stats,
  settings: (context) => settings(context),
  report: (context) => reportLatest(context),
  pause: (context) => askPause(context),
  resume: (context) => resume(context),
  stop,
  help: async () => replyWith({ kind: 'help' }),
};

/** Runs a command, or takes the text as the answer to what the bot has asked for. */
export async function command(context: Context<Text>): Promise<Outcome> {
  const { tx, learner, event, now } = context;
  const name = /^\/([a-z]+)(?:@\w+)?(?:\s|$)/i.exec(event.text)?.[1]?.toLowerCase();
  const run = name === undefined ? undefined : commands[name];
  if (run !== undefined && Object.hasOwn(commands, name ?? '')) {
    await setConversation(tx, learner.userId, null, now);
    return run(context);
  }
  if (name !== undefined || event.text === '') return replyWith({ kind: 'unknown_text' });
  switch (await readConversation(tx, learner.userId, now)) {
    case 'timezone':
      return typedTimezone(context, event.text);
    case 'delivery_time':
      return typedDeliveryTime(context, event.text);
    default:
      return replyWith({ kind: 'unknown_text' });
  }
}

/** The greeting; `back` for somebody whose progress is here already. */
export function start(learner: Learner, firstName: string, back: boolean, now: Date): Outcome {
  const { timezone, deliveryTime } = learner;
  return replyWith({
    kind: 'welcome',
    back,
    firstName,
    timezone,
    deliveryTime,
    nextAt: nextAtOf(learner, now),
  });
}

/** /start again opts back in whoever had stopped, paused or blocked the bot. */
async function welcomeBack(context: Context<Text>): Promise<Outcome> {
  const { tx, learner, event, now } = context;
  const active = {
    username: event.sender.username,
    optedIn: true,
    pausedUntil: null,
    blockedAt: null,
    nextDeliveryAt:
      nextAtOf(learner, now) === null
        ? nextDelivery({ ...learner, owed: null, now }).at
        : learner.nextDeliveryAt,
  };
  await changeLearner(tx, learner.userId, active);
  return start({ ...learner, ...active }, event.sender.firstName, true, now);
}

async function stats({ tx, learner }: Context<Text>): Promise<Outcome> {
  const { perTopic, wrongPool } = await readStats(tx, learner.userId);
  const { level, streak, bestStreak, freezes, totalAnswered: answered, totalCorrect: correct } = learner;
  const own = { level, streak, bestStreak, freezes, answered, correct };
  return replyWith({ kind: 'stats', ...own, perTopic: [...perTopic], wrongPool });
}

async function stop({ tx, learner }: Context<Text>): Promise<Outcome> {
  await changeLearner(tx, learner.userId, { optedIn: false });
  return replyWith({ kind: 'stopped' });
}
