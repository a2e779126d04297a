import { connectDatabase, readSupplyProfile } from '@rung/db';
import { defaultPolicy, seededRandom } from '@rung/domain';
import { chooseFromSupply } from '../../services/worker/src/deliveries/chooseQuestion.ts';
import { addLearners, addQuestions, withClient } from './learners.ts';
import { type Figure, median, type QueueKind, quantile, type Rig, round } from './rig.ts';

const DRAWS = 5_000;
const LEARNER = '1';

interface Bank {
  readonly name: string;
  readonly questions: number;
  readonly seen: number;
}

const BANKS: readonly Bank[] = [
  { name: '400, half seen', questions: 400, seen: 200 },
  { name: '10,000, half seen', questions: 10_000, seen: 5_000 },
  { name: '10,000, all seen but 36', questions: 10_000, seen: 9_964 },
  { name: '10,000, all seen', questions: 10_000, seen: 10_000 },
];

/** Choosing a question for one learner, from banks of different size in turn; the smallest is the baseline. */
export async function benchSelect(rig: Rig, queue: QueueKind, _runs: number): Promise<Figure[]> {
  const opened = await Promise.all(BANKS.map((bank) => open(rig, queue, bank)));
  const times = BANKS.map(() => [] as number[]);
  try {
    for (let draw = 0; draw < DRAWS; draw++) {
      for (const [i, db] of opened.entries()) {
        const random = seededRandom(`${i} ${draw}`);
        const started = performance.now();
        const choice = await chooseFromSupply(
          db,
          await readSupplyProfile(db, LEARNER),
          random,
          defaultPolicy,
          false,
        );
        times[i]?.push(performance.now() - started);
        if (choice === null) throw new Error('nothing was chosen');
      }
    }
  } finally {
    for (const db of opened) await db.close();
  }
  const baseline = median(times[0] ?? []);
  return BANKS.map(({ name }, i) => {
    const value = median(times[i] ?? []);
    return {
      bench: 'select',
      bank: name,
      value: round(value, 3),
      unit: 'ms (median)',
      baseline: round(baseline, 3),
      ratio: round(value / baseline),
      p99: round(quantile(times[i] ?? [], 0.99), 3),
      draws: DRAWS,
    };
  });
}

async function open(rig: Rig, queue: QueueKind, bank: Bank) {
  const { ownerUrl, databaseUrl } = await rig.place(queue);
  await withClient(ownerUrl, async (client) => {
    await addLearners(client, { from: Number(LEARNER), count: 1, nextDeliveryAt: new Date() });
    await addQuestions(client, Math.ceil(bank.questions / 36));
    await client.query(
      `DELETE FROM questions WHERE id NOT IN (SELECT id FROM questions ORDER BY random_key LIMIT $1)`,
      [bank.questions],
    );
    await client.query(
      `INSERT INTO user_questions (user_id, question_id, question_version, kind, slot_at, local_date, expires_at, state,
         option_order, level, sent_at, latest)
       SELECT $1, id, version, 'practice', now(), '2026-01-01', now(), 'sent', '{0,1,2,3}', level, now(), true
       FROM questions ORDER BY random() LIMIT $2`,
      [LEARNER, bank.seen],
    );
    await client.query('VACUUM ANALYZE');
  });
  return connectDatabase({ url: databaseUrl, poolSize: 1 });
}
