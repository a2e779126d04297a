import { decideDailyNow, type Learner, lockLearner, writeAudit } from '@rung/db';
import { defaultPolicy } from '@rung/domain';
import { actor, type Ops, readId, readOptions } from './ops.ts';

/** `ops deliver --user ID`: today's question now, unless the learner had it. */
export async function deliver({ db, producer, print }: Ops, args: string[]): Promise<void> {
  const { options } = readOptions(args, ['user']);
  const userId = readId(options.user, '--user');
  const daily = await db.transaction(async (tx) => {
    const learner = await lockLearner(tx, userId);
    if (learner === null) return { kind: 'refused' as const, why: 'There is no such learner.' };
    const why = awayBecause(learner);
    return why === null
      ? decideDailyNow(tx, learner, new Date(), defaultPolicy)
      : { kind: 'refused' as const, why };
  });
  if (daily.kind === 'refused') {
    print(daily.why);
    process.exitCode = 1;
    return;
  }
  if (daily.kind === 'had') return print('Nothing to send: this learner had the question of today.');
  const { deliveryId } = daily;
  await writeAudit(db, { actor: actor(), action: 'deliver', subject: userId, details: { deliveryId } });
  const enqueued = await producer.enqueue(
    'delivery.send',
    { deliveryId },
    { jobId: `send-${deliveryId}`, timeoutMs: 5_000 },
  );
  const what =
    daily.kind === 'open'
      ? `is open already, as delivery ${deliveryId}; it goes out if it has not`
      : `is delivery ${deliveryId}`;
  print(`The question of today ${what}.`);
  if (!enqueued) print('The queue is away: the reconciler will send it when it is back.');
}

/** Why nothing may be sent to this learner, if anything: they have asked for quiet, and that is theirs to end. */
function awayBecause({ optedIn, blockedAt, pausedUntil }: Learner): string | null {
  if (blockedAt !== null) return 'This learner has blocked the bot.';
  if (!optedIn) return 'This learner has stopped the daily question (/stop).';
  if (pausedUntil !== null && Number(pausedUntil) > Date.now()) return 'This learner has paused (/pause).';
  return null;
}
