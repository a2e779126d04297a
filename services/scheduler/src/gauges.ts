import { setTimeout as wait } from 'node:timers/promises';
import { type Database, readGauges, readPopulation, readPunctuality } from '@rung/db';
import type { ServiceRegistry } from '@rung/platform';

const OVERDUE_MS = 120_000;
/** A scrape that comes sooner shows the last reading again: several gauges, one query. */
const FRESH_MS = 1_000;
/** How all learners stand changes slowly, and takes long to read. */
const POPULATION_FRESH_MS = 600_000;
const PUNCTUALITY_FRESH_MS = 60_000;
/** Well under the 10 s that Prometheus waits: a silent database must not hide what the process itself knows. */
const READ_WITHIN_MS = 4_000;

type Read<T> = () => Promise<T | null>;

interface Reading<T> {
  staleAt: number;
  value: Promise<T | null>;
}

export interface GaugesOptions {
  readonly registry: ServiceRegistry;
  readonly db: Database;
  readonly clock: () => Date;
  /** The broadcast budget: how late a daily question may be depends on it. */
  readonly messagesPerSecond: number;
}

/**
 * Gauges that are read from the database when they are scraped. When it cannot be read they are absent, which an alert
 * can tell from a good value.
 */
export function showDatabaseGauges({ registry, db, clock, messagesPerSecond }: GaugesOptions): void {
  const scoped = db.scoped('gauges');
  const gauges = remembered(clock, FRESH_MS, (now) => readGauges(scoped, now, OVERDUE_MS));
  const population = remembered(clock, POPULATION_FRESH_MS, (now) => readPopulation(scoped, now));
  const punctuality = remembered(clock, PUNCTUALITY_FRESH_MS, (now) =>
    readPunctuality(scoped, now, messagesPerSecond),
  );

  function value<T>(name: string, help: string, read: Read<T>, of: (reading: T) => number | null): void {
    const gauge = registry.gauge({
      name,
      help,
      async collect() {
        const reading = await read();
        const shown = reading === null ? null : of(reading);
        if (shown === null) gauge.remove();
        else gauge.set(shown);
      },
    });
  }
  function values<T>(
    name: string,
    help: string,
    label: string,
    read: Read<T>,
    of: (reading: T) => Readonly<Record<string, number>>,
  ): void {
    registry.gauge({
      name,
      help,
      labelNames: [label],
      async collect() {
        const reading = await read();
        this.reset();
        for (const [key, count] of Object.entries(reading === null ? {} : of(reading))) {
          this.set({ [label]: key }, count);
        }
      },
    });
  }

  const oldest = 'Age of the oldest update not handled yet';
  value('rung_inbox_oldest_age_seconds', oldest, gauges, (g) => g.inboxOldestAge);
  value('rung_fanout_overdue_users', 'Learners due for over two minutes', gauges, (g) => g.overdueLearners);
  value('rung_dead_letters', 'Dead letters that nobody has redriven', gauges, (g) => g.deadLetters);
  const backup = 'When a backup last succeeded';
  value('rung_backup_last_success_timestamp_seconds', backup, gauges, (g) => g.lastSuccess.backup);
  const drill = 'When a backup was last restored as a drill, with equal rows';
  value('rung_restore_drill_last_success_timestamp_seconds', drill, gauges, (g) => g.lastSuccess.drill);
  const connections = 'Connections to PostgreSQL, used and allowed';
  values('rung_db_connections', connections, 'kind', gauges, (g) => g.connections);
  const daily = 'Daily questions of the last 24 hours, by whether they went out in time';
  values('rung_daily_deliveries', daily, 'result', punctuality, (p) => p);
  values('rung_learners_by_level', 'Learners by level', 'level', population, (p) => p.learnersByLevel);
  values('rung_learners', 'Learners by state', 'state', population, (p) => p.learnersByState);
  const accuracy = 'Share of right answers by topic, 0-1';
  values('rung_topic_accuracy', accuracy, 'topic', population, (p) => p.topicAccuracy);
  const unseen = 'Unseen questions at their level, mean per learner';
  values('rung_unseen_questions', unseen, 'level', population, (p) => p.unseenQuestions);
}

/**
 * Reads at most once in `freshMs`, and never twice at a time; a reading that failed is tried again after a second.
 * A caller waits 4 s at most and gets null then, as after a failure.
 */
function remembered<T>(clock: () => Date, freshMs: number, read: (now: Date) => Promise<T>): Read<T> {
  let last: Reading<T> | null = null;
  return () => {
    const now = clock();
    if (last === null || now.getTime() > last.staleAt) {
      const next: Reading<T> = { staleAt: Number.POSITIVE_INFINITY, value: Promise.resolve(null) };
      next.value = read(now).then<T | null, null>(
        (reading) => {
          next.staleAt = now.getTime() + freshMs;
          return reading;
        },
        () => {
          next.staleAt = now.getTime() + FRESH_MS;
          return null;
        },
      );
      last = next;
    }
    return Promise.race<T | null>([last.value, wait(READ_WITHIN_MS, null, { ref: false })]);
  };
}
