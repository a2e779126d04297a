import { type Database, makeDeliveryStore, makeMailboxStore } from '@rung/db';
import { defaultPolicy } from '@rung/domain';
import type { Handlers } from '@rung/jobs';
import type { TelegramClient } from '@rung/telegram';
import { makeChats } from './chat.ts';
import { makeDeliver } from './deliveries/deliver.ts';
import { makeExpire } from './deliveries/expire.ts';
import type { WorkerMetrics } from './metrics.ts';
import { makeSpeak } from './speak.ts';
import { makeUpdateHandler } from './updates/handleUpdate.ts';
import { makeSay } from './updates/say.ts';

/** The jobs that a worker does. */
export type WorkerHandlers = Handlers<'answers'> & Handlers<'commands'> & Handlers<'deliveries'>;

/** Wires the worker's handlers: what each job does, on these connections. */
export function makeHandlers(options: {
  db: Database;
  telegram: TelegramClient;
  metrics: WorkerMetrics;
  clock: () => Date;
}): WorkerHandlers {
  const { db, telegram, metrics, clock } = options;
  const policy = defaultPolicy;
  const deliveries = makeDeliveryStore(db);
  const mailbox = makeMailboxStore(db);
  const chats = makeChats(deliveries, clock);
  const speak = makeSpeak();
  const deliver = makeDeliver({
    deliveries,
    telegram,
    chats,
    speak,
    policy,
    clock,
    onDelivered: (outcome) => metrics.delivery('daily', outcome),
    onChosen(supply, seconds) {
      metrics.question(supply);
      metrics.selection(seconds);
    },
  });
  const say = makeSay({ telegram, chats, deliver, speak, clock, onFeedback: metrics.feedback });
  const updates = makeUpdateHandler({
    db,
    mailbox,
    say,
    policy,
    clock,
    onApplied(_update, outcome) {
      if (outcome.kind !== 'graded') return;
      const { level, chosen, correct } = outcome.feedback;
      metrics.answer(level, chosen === correct);
    },
  });
  const expire = makeExpire({
    deliveries,
    mailbox,
    workThrough: updates.workThrough,
    telegram,
    chats,
    speak,
    policy,
    clock,
  });
  return {
    'answer.grade': ({ updateSeq }) => updates.handle(updateSeq),
    'command.run': ({ updateSeq }) => updates.handle(updateSeq),
    'delivery.send': ({ deliveryId }) => deliver(deliveryId, false),
    'delivery.expire': ({ deliveryId }) => expire(deliveryId),
  };
}
