import { connectDatabase, recordBackupRun } from '@rung/db';
import { expect } from 'chai';
import { playDays } from '../../scripts/demo/day.ts';
import { openPlay } from '../../scripts/demo/play.ts';
import { type ModelServer, startModelServer } from '../../scripts/stack/modelServer.ts';
import { until } from '../../scripts/stack/until.ts';
import { createRedis, type TestRedis } from '../harness/redis.ts';
import { startTestStack, type TestStack } from '../harness/stack.ts';
import { type Exporter, scrape, startNodeExporter } from './observability/exporter.ts';
import { type Series, seriesOf } from './observability/exposition.ts';
import { type Prometheus, startPrometheus } from './observability/prometheus.ts';
import { type Selector, selectorsOf, selects } from './observability/promql.ts';
import { panelQueries, ruleQueries } from './observability/queries.ts';
import { readRules } from './observability/rules.ts';

const SERVICES = ['gateway', 'scheduler', 'worker'] as const;

interface ScrapedSeries extends Series {
  /** Whose port it was on. */
  readonly target: string;
}

/** Series of Prometheus itself. */
const BUILT_IN = ['up', 'ALERTS'];

/** Metrics that operators were promised; `rung_api_request_duration_seconds` comes with the api. */
const PROMISED = [
  'rung_webhook_requests_total',
  'rung_updates_total',
  'rung_jobs_total',
  'rung_jobs_stalled_total',
  'rung_telegram_requests_total',
  'rung_deliveries_total',
  'rung_answers_total',
  'rung_llm_requests_total',
  'rung_questions_total',
  'rung_questions_rejected_total',
  'rung_invariant_violations_total',
  'rung_webhook_request_duration_seconds_bucket',
  'rung_job_wait_seconds_bucket',
  'rung_job_duration_seconds_bucket',
  'rung_feedback_seconds_bucket',
  'rung_llm_request_duration_seconds_bucket',
  'rung_question_selection_seconds_bucket',
  'rung_db_query_duration_seconds_bucket',
  'rung_telegram_webhook_pending_updates',
  'rung_restore_drill_last_success_timestamp_seconds',
  'rung_learners_by_level',
  'rung_topic_accuracy',
  'rung_queue_jobs',
  'rung_queue_oldest_job_age_seconds',
  'rung_inbox_oldest_age_seconds',
  'rung_fanout_last_success_timestamp_seconds',
  'rung_fanout_overdue_users',
  'rung_dead_letters',
  'rung_circuit_state',
  'rung_redis_policy_ok',
  'rung_redis_memory_bytes',
  'rung_db_connections',
  'rung_backup_last_success_timestamp_seconds',
  'rung_db_pool_connections',
  'rung_learners',
  'rung_unseen_questions',
  'rung_build_info',
];

describe('what dashboards, rules and alerts look at', function () {
  this.timeout(120_000);
  let redis: TestRedis;
  let stack: TestStack;
  let models: ModelServer;
  let exporter: Exporter;
  let series: readonly ScrapedSeries[];

  before(async function () {
    redis = await createRedis(this);
    exporter = await startNodeExporter(this);
    models = await startModelServer();
    const provider = { name: 'local', baseUrl: models.baseUrl, apiKey: 'none', model: 'm', timeoutMs: 5_000 };
    stack = await startTestStack({ queueUrl: redis.url, env: { LLM_PROVIDERS: JSON.stringify([provider]) } });
    // Until a backup was made and restored nobody shows when.
    const db = await connectDatabase({ url: stack.ownerUrl, poolSize: 1 });
    for (const kind of ['backup', 'drill'] as const)
      await recordBackupRun(db, { kind, file: 'test', startedAt: new Date(), bytes: 1, rowCount: 1 });
    await db.close();
    await playDays(stage());
    // The tool that moves days moves slots as well: one is put where that of a day without it would be.
    await stack.sql(
      `UPDATE user_questions SET slot_at = now() - interval '1 hour', sent_at = now() - interval '1 hour'
       WHERE id = (SELECT max(id) FROM user_questions WHERE state = 'feedback_delivered')`,
    );
    series = await scrapeAll();
  });
  after(async () => {
    await stack?.stop();
    await models?.close();
    await exporter?.stop();
    await redis?.drop();
  });

  const stage = () => ({
    sandboxUrl: stack.sandboxUrl,
    databaseUrl: stack.ownerUrl,
    print: () => undefined,
  });

  /** With the labels that Prometheus stores: a job of the queue keeps its own `job`, all else gets the target's name. */
  const scrapeAll = async (): Promise<readonly ScrapedSeries[]> => {
    const ports = SERVICES.map((target) => ({ target, port: stack.opsPorts[target] }));
    const targets = [...ports, { target: 'node', port: exporter.port }];
    const scraped = await Promise.all(
      targets.map(async ({ target, port }) => ({ target, series: seriesOf(await scrape(port)) })),
    );
    return scraped.flatMap(({ target, series: found }) =>
      found.map(({ metric, labels }) => ({ target, metric, labels: { job: target, ...labels } })),
    );
  };

  const { recordings } = readRules();
  const isThere = ({ metric, matchers }: Selector): boolean => {
    if (BUILT_IN.includes(metric)) return true;
    const recorded = recordings.filter(({ record }) => record === metric);
    if (recorded.length > 0)
      return recorded.some(({ labels = {} }) => selects(matchersOn(matchers, labels), labels));
    return series.some((one) => one.metric === metric && selects(matchers, one.labels));
  };
  /** A recording keeps other labels from what it reads; these can be told from the rule alone. */
  const matchersOn = (matchers: Selector['matchers'], labels: Readonly<Record<string, string>>) =>
    matchers.filter(({ label }) => label in labels);

  it('is exposed by somebody, each series', async () => {
    const queries = [...panelQueries(), ...ruleQueries()];
    expect(queries).to.have.length.above(100);
    // Whether updates wait at Telegram is asked for at a scrape and shown at the next.
    const missing = () =>
      queries.flatMap(({ place, query }) =>
        selectorsOf(query)
          .filter((selector) => !isThere(selector))
          .map(({ metric, matchers }) => `${metric}${JSON.stringify(matchers)} in ${place}`),
      );
    await until('the last series', 20_000, async () => {
      series = await scrapeAll();
      return missing().length === 0;
    }).catch(() => undefined);
    expect(missing()).to.deep.equal([]);
  });

  it('would be missed if it were not', () => {
    expect(isThere({ metric: 'rung_updates_total', matchers: [] })).to.equal(true);
    expect(isThere({ metric: 'rung_updates_today', matchers: [] })).to.equal(false);
    const lost = { label: 'result', op: '=', value: 'lost' } as const;
    expect(isThere({ metric: 'rung_updates_total', matchers: [lost] })).to.equal(false);
    const slo = { label: 'slo', op: '=', value: 'api_latency' } as const;
    expect(isThere({ metric: 'slo:errors:ratio_rate1h', matchers: [slo] })).to.equal(false);
  });

  it('has every metric that was promised', () => {
    const shown = new Set(series.map(({ metric }) => metric));
    expect(PROMISED.filter((metric) => !shown.has(metric))).to.deep.equal([]);
  });

  it("has the metrics of a worker's isolation process beside the worker's", () => {
    const isolated = series.filter(({ labels }) => labels.process === 'isolation');
    const jobs = isolated.filter(
      ({ metric, labels }) => metric === 'rung_jobs_total' && labels.queue === 'isolation',
    );
    expect(jobs).to.have.length.above(0);
    expect(isolated.map(({ metric }) => metric)).to.include('process_resident_memory_bytes');
  });

  it('takes fewer than 2,000 series of each process', () => {
    const processes = [
      ...SERVICES.map((target) => ({ target, process: undefined })),
      { target: 'worker', process: 'isolation' },
    ];
    for (const { target, process } of processes) {
      const own = series.filter((one) => one.target === target && one.labels.process === process);
      expect(own.length, `${target} ${process ?? ''}`).to.be.within(50, 1_999);
    }
  });

  it('names no learner, question or text in a label', async () => {
    const [learner] = await stack.sql<{ user_id: string; username: string | null }>('SELECT * FROM users');
    const questions = await stack.sql<{ question_id: string }>('SELECT question_id FROM user_questions');
    const values = new Set(series.flatMap(({ labels }) => Object.values(labels)));
    expect(values).to.not.include(learner?.user_id);
    for (const { question_id: id } of questions) expect(values).to.not.include(id);
    for (const value of values) expect(value).to.have.length.below(80);
  });

  describe('in a Prometheus', () => {
    let prometheus: Prometheus;
    before(async function () {
      prometheus = await startPrometheus(this, { ...stack.opsPorts, node: exporter.port });
      const jobs = [...SERVICES, 'node'];
      await until('all targets', 20_000, async () => {
        const up = await prometheus.up();
        return jobs.every((job) => up.includes(job));
      });
      // Without traffic there are no ratios: somebody answers while it looks.
      const play = await openPlay(stage(), 'Grace');
      await play.askBy(await play.say('/start'), 'First question now');
      await play.answer('right');
    });
    after(() => prometheus?.stop());

    it('lets every rule be evaluated without an error', async () => {
      const { alerts } = readRules();
      await until('the first evaluation of all', 20_000, async () =>
        (await prometheus.rules()).every(({ health }) => health !== 'unknown'),
      );
      const rules = await prometheus.rules();
      expect(rules).to.have.length(alerts.length + recordings.length);
      expect(rules.filter(({ health }) => health !== 'ok')).to.deep.equal([]);
    });

    it('has data for every series that is used', async () => {
      const used = [...panelQueries(), ...ruleQueries()].flatMap(({ query }) => selectorsOf(query));
      const selectors = new Set(
        used
          .filter(({ metric }) => metric !== 'ALERTS')
          .map(({ metric, matchers }) => {
            const conditions = matchers.map(({ label, op, value }) => `${label}${op}"${value}"`);
            return `${metric}{${conditions.join(',')}}`;
          }),
      );
      expect(selectors.size).to.be.above(80);
      const empty = async () => {
        const found = await Promise.all(
          [...selectors].map(async (selector) =>
            (await prometheus.query(selector)).length > 0 ? [] : [selector],
          ),
        );
        return found.flat();
      };
      await until('the last of them', 20_000, async () => (await empty()).length === 0).catch(
        () => undefined,
      );
      expect(await empty()).to.deep.equal([]);
    });

    it('takes every panel for a valid query', async () => {
      for (const { query } of panelQueries()) await prometheus.query(query);
    });

    it('keeps what a job of the queue is called', async () => {
      const jobs = (await prometheus.query('rung_jobs_total{queue="answers"}')).map(({ job }) => job);
      expect(jobs).to.include('answer.grade');
      const exported = await prometheus.query('{exported_job!=""}');
      expect(exported).to.deep.equal([]);
    });
  });
});
