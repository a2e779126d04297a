import {
  type LearnerRecord,
  makeErasureStore,
  makePseudonyms,
  readLearnerRecord,
  writeAudit,
} from '@rung/db';
import { parseEnvironment, postgresUrl } from '@rung/platform';
import { z } from 'zod';
import { erasureSalt } from './erasureSalt.ts';
import { actor, readId, readOptions, table, UsageError } from './ops.ts';
import { atUtc, type Tool, withDatabase } from './tool.ts';

const environment = z.object({ DATABASE_URL: postgresUrl, ERASURE_SALT: erasureSalt.optional() });

/** Of updates and of reports, the newest. */
const SHOWN = 10;

const LEVELS = ['', 'Beginner', 'Intermediate', 'Advanced', 'Expert'];

/** `ops user show ID`: what is known of somebody, without a word that they wrote. That it was looked at is logged. */
export async function showUser({ env, print }: Tool, args: string[]): Promise<void> {
  const { words } = readOptions(args, []);
  if (words.length !== 1) throw new UsageError('user show: name one learner by their Telegram user id');
  const userId = readId(words[0], 'user show');
  const { DATABASE_URL, ERASURE_SALT } = parseEnvironment(environment, env);
  await withDatabase(DATABASE_URL, async (db) => {
    const record = await readLearnerRecord(db, userId, SHOWN);
    if (record === null) print(`Nothing is known of ${userId}.`);
    else {
      await writeAudit(db, { actor: actor(), action: 'user.show', subject: userId });
      for (const line of describe(userId, record)) print(line);
    }
    if (ERASURE_SALT === undefined) return;
    const erased = await makeErasureStore(db, makePseudonyms(ERASURE_SALT)).erasuresOf(userId);
    for (const at of erased) print(`They were erased on ${atUtc(at)} UTC.`);
  });
}

function describe(userId: string, record: LearnerRecord): string[] {
  const { learner, updates, updateCount, reports, open } = record;
  return [
    ...(learner === null
      ? [`${userId} is no learner: they wrote, and never sent /start.`]
      : [...settings(learner, record), ...progress(learner, record)]),
    '',
    ...(open.length === 0 ? ['No question is open.'] : ['Open questions:', ...openTable(open)]),
    '',
    `Updates of the last 7 days: ${updateCount}${updateCount > updates.length ? `, the last ${updates.length}` : ''}`,
    ...(updates.length === 0
      ? []
      : table(
          ['received (UTC)', 'seq', 'job', 'status', 'reason'],
          updates.map(({ receivedAt, seq, job, status, reason }) => [
            atUtc(receivedAt),
            seq,
            job,
            status,
            reason,
          ]),
        )),
    '',
    ...(reports.length === 0
      ? ['They have reported no question.']
      : table(
          ['reported (UTC)', 'question', 'reason', 'status'],
          reports.map(({ at, questionId, reason, status }) => [atUtc(at), questionId, reason, status]),
        )),
  ];
}

type Known = NonNullable<LearnerRecord['learner']>;

function settings(learner: Known, { awaiting }: LearnerRecord): string[] {
  const { userId, username, botId, createdAt, language, timezone, deliveryTime, reminderEnabled } = learner;
  const name = username === null ? '' : `, @${username}`;
  const waits = awaiting === null ? [] : [`The bot has asked them for ${awaiting.replace('_', ' ')}.`];
  return [
    `Learner ${userId}${name}, since ${atUtc(createdAt)} UTC, bot ${botId}`,
    `Settings: ${language}, ${timezone}, questions at ${deliveryTime}, reminder ${reminderEnabled ? 'on' : 'off'}`,
    `Topics: ${learner.topics.join(', ')}`,
    `Daily questions: ${delivery(learner)}`,
    ...waits,
  ];
}

function delivery({ blockedAt, optedIn, pausedUntil, nextDeliveryAt }: Known): string {
  if (blockedAt !== null) return `none, the bot was blocked on ${atUtc(blockedAt)} UTC`;
  if (!optedIn) return 'none, since /stop';
  if (pausedUntil instanceof Date && pausedUntil > new Date())
    return `paused until ${atUtc(pausedUntil)} UTC`;
  if (pausedUntil !== null && !(pausedUntil instanceof Date)) return 'paused until they resume';
  return `the next one is due at ${atUtc(nextDeliveryAt)} UTC`;
}

function progress(learner: Known, { deliveries, perTopic, wrongPool }: LearnerRecord): string[] {
  const { level, streak, bestStreak, consecutiveCorrect, freezes, totalAnswered, totalCorrect } = learner;
  const states = Object.entries(deliveries).map(([state, count]) => `${state} ${count}`);
  const topics = perTopic.map(({ topic, answered, correct }) => `${topic} ${correct}/${answered}`);
  return [
    '',
    `Level ${level} ${LEVELS[level]}, ${consecutiveCorrect} right in a row; streak ${streak}, best ${bestStreak}, freezes ${freezes}`,
    `Answers: ${totalCorrect} of ${totalAnswered} right; ability ${learner.ability.toFixed(2)} logits; ${wrongPool} in the wrong pool`,
    ...(topics.length === 0 ? [] : [`By topic: ${topics.join(', ')}`]),
    `Last daily question for ${learner.lastDailyDate ?? 'no day yet'}, last answer on ${learner.lastAnsweredDate ?? 'no day yet'}`,
    `Deliveries: ${states.join(', ') || 'none'}`,
  ];
}

function openTable(open: LearnerRecord['open']): string[] {
  return table(
    ['delivery', 'kind', 'for', 'state', 'question', 'expires (UTC)'],
    open.map(({ id, kind, localDate, state, questionId, expiresAt }) => [
      id,
      kind,
      localDate,
      state,
      questionId,
      atUtc(expiresAt),
    ]),
  );
}
