import {
  type Database,
  isUnavailable,
  makeCorrectionStore,
  makeDeliveryStore,
  makeMailboxStore,
} from '@rung/db';
import { defaultPolicy } from '@rung/domain';
import { type Handlers, Postpone, type Producer } from '@rung/jobs';
import { type Tracing, untraced } from '@rung/platform';
import type { Generator } from '@rung/questions';
import type { TelegramClient } from '@rung/telegram';
import { makeChats } from './chat.ts';
import { makeDeliver } from './deliveries/deliver.ts';
import { makeExpire } from './deliveries/expire.ts';
import { makePrepare } from './deliveries/prepare.ts';
import { makeTellCorrection } from './deliveries/tellCorrection.ts';
import { makeGenerateNow, makeTopUp } from './generation/topUp.ts';
import type { WorkerMetrics } from './metrics.ts';
import { makeSpeak } from './speak.ts';
import { makeUpdateHandler } from './updates/handleUpdate.ts';
import { makeSay } from './updates/say.ts';

/** A job waits once or twice this long, so that they do not all come back in one instant. */
const DATABASE_RETRY_MS = 1_000;

/** The jobs that a worker does. */
export type WorkerHandlers = Handlers<'answers'> &
  Handlers<'commands'> &
  Handlers<'deliveries'> &
  Handlers<'generation'>;

/** Wires the worker's handlers: what each job does, on these connections. */
export function makeHandlers(options: {
  db: Database;
  telegram: TelegramClient;
  producer: Pick<Producer, 'enqueue'>;
  /** Null when no model is configured. */
  generator: Pick<Generator, 'generate'> | null;
  metrics: WorkerMetrics;
  tracing?: Tracing;
  clock: () => Date;
}): WorkerHandlers {
  const { db, telegram, producer, generator, metrics, tracing = untraced, clock } = options;
  const policy = defaultPolicy;
  const deliveries = makeDeliveryStore(db);
  const mailbox = makeMailboxStore(db);
  const chats = makeChats(deliveries, clock);
  const speak = makeSpeak();
  const prepare = makePrepare({
    deliveries,
    policy,
    clock,
    onChosen(supply, seconds) {
      metrics.question(supply);
      metrics.selection(seconds);
    },
  });
  const deliver = makeDeliver({
    prepare,
    deliveries,
    telegram,
    chats,
    speak,
    clock,
    generate: generator === null ? null : makeGenerateNow({ db, generator, policy }),
    onShort({ userId, level }) {
      if (generator === null) return;
      // Nothing is lost with it: the learner's next delivery says so again.
      const jobId = `generate-${userId}-${level}`;
      void producer.enqueue('question.generate', { userId, level }, { jobId });
    },
    onDelivered: (outcome) => metrics.delivery('daily', outcome),
  });
  const topUp = generator === null ? null : makeTopUp({ db, generator });
  const tellCorrection = makeTellCorrection({
    corrections: makeCorrectionStore(db, policy),
    telegram,
    chats,
    speak,
  });
  const say = makeSay({ telegram, chats, deliver, speak, clock, onFeedback: metrics.feedback });
  const updates = makeUpdateHandler({
    db,
    mailbox,
    say,
    policy,
    clock,
    tracing,
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
  /** While the database is away no job is to blame, so none spends its attempts on it. */
  const outlast = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      throw new Postpone(clock().getTime() + DATABASE_RETRY_MS * (1 + Math.random()));
    }
  };
  return {
    'answer.grade': ({ updateSeq }) => outlast(updates.handle(updateSeq)),
    'command.run': ({ updateSeq }) => outlast(updates.handle(updateSeq)),
    'delivery.send': ({ deliveryId }) => outlast(deliver(deliveryId, null)),
    'delivery.expire': ({ deliveryId }) => outlast(expire(deliveryId)),
    'correction.tell': ({ answerId }) => outlast(tellCorrection(answerId)),
    'question.generate': async (shortage) => {
      if (topUp !== null) await outlast(topUp(shortage));
    },
  };
}
