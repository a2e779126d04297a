import { until } from '../../stack/until.ts';
import { countOpen, seconds } from '../drain.ts';
import { bothQueues, type FaultCase } from '../faultCase.ts';
import { post } from '../load.ts';
import { sandboxClient } from '../sandbox.ts';
import { type Site, withSite } from '../site.ts';

/** In the name of learners whose greeting kills the process that sends it. */
const MARKER = 'Hemlock';
const SETTLED_MS = 600_000;

/** Jobs that kill their worker. */
export const poison: FaultCase = {
  name: 'poison',
  about:
    '5 of 2,000 jobs kill their worker each time: only they end among the dead letters, all others are done',
  queues: bothQueues,
  run: (conditions) => {
    const pill = new URL('poisonPill.mjs', import.meta.url).href;
    const env = { NODE_OPTIONS: `--import=${pill}`, POISON_MARKER: MARKER };
    return withSite(conditions, { env }, async (site) => {
      const sandbox = sandboxClient(site.stack.sandboxUrl);
      const killers = await sandbox.addLearners(conditions.quick ? 1 : 5, MARKER);
      const innocents = await sandbox.addLearners(conditions.quick ? 199 : 1_995, 'Learner');
      const everybody = spread(killers, innocents);
      const updates = await sandbox.makeUpdates(everybody.map((chatId) => ({ chatId, text: '/start' })));
      const keeper = keepWorker(site, conditions.say);
      const settledSeconds = await seconds(async () => {
        await post(site.stack.webhookUrl, updates, { perSecond: 100, retryForMs: SETTLED_MS });
        await until('all done or dead', SETTLED_MS, async () => (await countOpen(site)) === 0);
      });
      const kills = await keeper.stop();
      const dead = await readDead(site);
      const letters = dead.filter(({ userId }) => killers.includes(Number(userId))).length;
      const innocentDead = dead.length - letters;
      const chats = await Promise.all(innocents.map((learner) => sandbox.chat(learner)));
      const greetings = chats.map(({ messages }) => messages.filter(({ from }) => from === 'bot').length);
      const lost = greetings.filter((count) => count === 0).length;
      // A worker that dies between Telegram's answer and its own note of it greets once more: no send is idempotent.
      const greetedAgain = greetings.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
      const ok = letters === killers.length && innocentDead === 0 && lost === 0;
      return {
        ok,
        lost,
        duplicated: 0,
        jobs: updates.length,
        killers: killers.length,
        letters,
        innocentDead,
        greetedAgain,
        workersKilled: kills,
        settledSeconds,
      };
    });
  },
};

/** The few, evenly among the many. */
function spread(few: readonly number[], many: readonly number[]): number[] {
  const gap = Math.floor(many.length / (few.length + 1));
  return many.flatMap((id, n) => {
    const one = n % gap === gap - 1 ? few[Math.floor(n / gap)] : undefined;
    return one === undefined ? [id] : [id, one];
  });
}

/** Starts another worker whenever one has ended, as an orchestrator does. `stop` resolves to how often that was. */
function keepWorker(site: Site, say: (text: string) => void): { stop(): Promise<number> } {
  let isOver = false;
  let kills = 0;
  const keep = async (): Promise<void> => {
    while (!isOver) {
      await until('a worker that has ended', SETTLED_MS, () => {
        return isOver || site.stack.process('worker')?.exit() !== undefined;
      });
      if (isOver) return;
      kills += 1;
      say(`worker killed (${kills})`);
      await site.stack.start('worker');
    }
  };
  const kept = keep();
  return {
    async stop() {
      isOver = true;
      await kept;
      return kills;
    },
  };
}

async function readDead(site: Site): Promise<{ userId: string }[]> {
  return site.sql(
    `SELECT t.user_id AS "userId" FROM dead_letters d
     LEFT JOIN telegram_updates t ON t.seq = (d.payload->>'updateSeq')::bigint`,
  );
}
