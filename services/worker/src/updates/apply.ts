import {
  changeLearner,
  createLearner,
  expireDays,
  type Learner,
  type MailboxUpdate,
  saveStanding,
  type Transaction,
} from '@rung/db';
import { decodeCallback, knownZone, nextDelivery, type Policy } from '@rung/domain';
import { languageOf } from '@rung/messages';
import { answer } from './answer.ts';
import { command, start } from './commands.ts';
import type { Context, Stranger } from './context.ts';
import { type Event, readEvent } from './event.ts';
import { membership } from './membership.ts';
import { type Outcome, replyWith } from './outcome.ts';
import { reportTap } from './report.ts';
import { settingsTap } from './settings.ts';

/**
 * Decides one update inside the learner's transaction: first what time has brought (days that expired before the
 * update was received), then the event itself.
 */
export async function applyUpdate(
  tx: Transaction,
  learner: Learner | null,
  update: MailboxUpdate,
  policy: Policy,
): Promise<Outcome> {
  const event = readEvent(update.payload);
  if (event === null) return { kind: 'nothing' };
  const now = update.receivedAt;
  if (learner === null) return greetStranger({ tx, update, sender: event.sender, now }, event);

  const { standing, days } = await expireDays(tx, learner, now, policy);
  if (days.length > 0) await saveStanding(tx, learner.userId, standing);
  const current = { ...learner, ...standing, timezone: knownZone(learner.timezone) };
  // Whoever writes or taps has not blocked the bot (any more), whatever a late refusal said.
  if (current.blockedAt !== null && event.kind !== 'membership') {
    const back = { blockedAt: null, nextDeliveryAt: nextDelivery({ ...current, owed: null, now }).at };
    await changeLearner(tx, learner.userId, back);
    Object.assign(current, back);
  }
  const context = { tx, learner: current, update, now, policy };
  switch (event.kind) {
    case 'membership':
      return membership({ ...context, event });
    case 'text':
      return command({ ...context, event });
    case 'tap': {
      const tap = decodeCallback(event.data);
      if (tap === null) return { kind: 'notice', notice: 'malformed' };
      if (tap.kind === 'answer') return answer({ ...context, event }, tap, days);
      if (tap.kind === 'report') return reportTap({ ...context, event }, tap);
      return settingsTap({ ...context, event } satisfies Context, tap);
    }
  }
}

/** Only /start makes a learner of somebody; nothing else that they do changes anything. */
async function greetStranger(stranger: Stranger, event: Event): Promise<Outcome> {
  if (event.kind === 'membership') return { kind: 'nothing' };
  if (event.kind === 'tap') return { kind: 'notice', notice: 'not_started' };
  if (!/^\/start(@\w+)?(\s|$)/i.test(event.text)) return replyWith({ kind: 'not_started' });
  const { tx, update, sender, now } = stranger;
  const learner = await createLearner(
    tx,
    {
      userId: update.userId,
      botId: update.botId,
      username: sender.username,
      language: languageOf(sender.languageCode),
    },
    now,
  );
  return start(learner, sender.firstName, false, now);
}
