import { setTimeout as wait } from 'node:timers/promises';
import { type Database, type Gauges, readGauges } from '@rung/db';
import type { ServiceRegistry } from '@rung/platform';

const OVERDUE_MS = 120_000;
/** A scrape that comes sooner shows the last reading again: several gauges, one query. */
const FRESH_MS = 1_000;
/** Well under the 10 s that Prometheus waits: a silent database must not hide what the process itself knows. */
const READ_WITHIN_MS = 4_000;

/**
 * Gauges that are read from the database when they are scraped. When it cannot be read they are absent, which an alert
 * can tell from a good value.
 */
export function showDatabaseGauges(registry: ServiceRegistry, db: Database, clock: () => Date): void {
  const scoped = db.scoped('gauges');
  let reading: { at: number; gauges: Promise<Gauges | null> } | null = null;
  const read = (): Promise<Gauges | null> => {
    const now = clock();
    if (reading === null || now.getTime() - reading.at > FRESH_MS) {
      const late = wait(READ_WITHIN_MS, null, { ref: false });
      const gauges = Promise.race([readGauges(scoped, now, OVERDUE_MS), late]).catch(() => null);
      reading = { at: now.getTime(), gauges };
    }
    return reading.gauges;
  };

  const value = (name: string, help: string, of: (gauges: Gauges) => number): void => {
    const gauge = registry.gauge({
      name,
      help,
      async collect() {
        const gauges = await read();
        if (gauges === null) gauge.remove();
        else gauge.set(of(gauges));
      },
    });
  };
  const values = (
    name: string,
    help: string,
    label: string,
    of: (gauges: Gauges) => Readonly<Record<string, number>>,
  ): void => {
    registry.gauge({
      name,
      help,
      labelNames: [label],
      async collect() {
        const gauges = await read();
        this.reset();
        for (const [key, count] of Object.entries(gauges === null ? {} : of(gauges)))
          this.set({ [label]: key }, count);
      },
    });
  };

  value('rung_inbox_oldest_age_seconds', 'Age of the oldest update not handled yet', (g) => g.inboxOldestAge);
  value('rung_fanout_overdue_users', 'Learners due for over two minutes', (g) => g.overdueLearners);
  value('rung_dead_letters', 'Dead letters that nobody has redriven', (g) => g.deadLetters);
  values('rung_learners_by_level', 'Learners by level', 'level', (g) => g.learnersByLevel);
  values('rung_learners', 'Learners by state', 'state', (g) => g.learnersByState);
  values('rung_topic_accuracy', 'Share of right answers by topic, 0-1', 'topic', (g) => g.topicAccuracy);
  values(
    'rung_unseen_questions',
    'Unseen questions at their level, mean per learner',
    'level',
    (g) => g.unseenQuestions,
  );
  values('rung_db_connections', 'Connections to PostgreSQL, used and allowed', 'kind', (g) => g.connections);
}
