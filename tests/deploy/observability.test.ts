import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { findProgram } from '../../scripts/stack/programs.ts';
import { skipFor } from '../harness/requirement.ts';
import { selectorsOf, selects } from './observability/promql.ts';
import {
  type Alerting,
  inRepository,
  readAlertCases,
  readRules,
  ruleFiles,
  ruleTestFiles,
} from './observability/rules.ts';

const run = promisify(execFile);

/** The alerts that operators were promised; those of the api come with it. */
const PROMISED = [
  'FanoutMissed',
  'FanoutOverdue',
  'WorkersNotConsuming',
  'QueueOld',
  'InboxStuck',
  'InvariantViolated',
  'TelegramUnauthorized',
  'WebhookBacklog',
  'Telegram429High',
  'GatewayDown',
  'RedisMemory',
  'RedisEvictionPolicyWrong',
  'PgConnections',
  'DiskFull',
  'LlmFallbackHigh',
  'CircuitOpen',
  'DeadLetters',
  'JobsStalled',
  'BackupStale',
  'RestoreDrillStale',
];
const TICKETS = [
  'Telegram429High',
  'PgConnections',
  'LlmFallbackHigh',
  'CircuitOpen',
  'DeadLetters',
  'JobsStalled',
  'RestoreDrillStale',
];
const RUNBOOK = /^\{\{ \$externalLabels\.repository \}\}\/(infra\/runbooks\/(\w+)\.md)$/;
const SECTIONS = ['What it means', 'First look', 'Likely causes', 'What to do', 'How to see that it is over'];

const { alerts, recordings } = readRules();
const names = [...new Set(alerts.map(({ alert }) => alert))];
const named = (name: string) => alerts.filter(({ alert }) => alert === name);
const isPart = (part: Readonly<Record<string, string>>, whole: Readonly<Record<string, string>>) =>
  Object.entries(part).every(([label, value]) => whole[label] === value);

/** Metrics that a query reads, looking through recordings. */
function metricsOf(query: string): string[] {
  return selectorsOf(query).flatMap(({ metric, matchers }) => {
    const recorded = recordings.filter(
      ({ record, labels }) => record === metric && selects(matchers, labels ?? {}),
    );
    return recorded.length === 0 ? [metric] : recorded.flatMap(({ expr }) => metricsOf(expr));
  });
}

describe('alerts', () => {
  describe('in the eyes of promtool', function () {
    this.timeout(120_000);
    before(function () {
      if (findProgram('promtool') === undefined) skipFor('no promtool on PATH', this);
    });

    it('are well-formed, and none is there twice', async () => {
      await run('promtool', ['check', 'rules', '--lint-fatal', ...ruleFiles]);
    });

    for (const file of ruleTestFiles) {
      it(`fire and do not fire as ${file.split('/').at(-1)} says`, async () => {
        await run('promtool', ['test', 'rules', file]).catch((error) => {
          throw new Error(String(error.stdout) + String(error.stderr));
        });
      });
    }
  });

  it('are all those that were promised, with their severity', () => {
    expect(names).to.include.members(PROMISED);
    for (const { alert, labels } of alerts) {
      if (PROMISED.includes(alert))
        expect(labels.severity, alert).to.equal(TICKETS.includes(alert) ? 'ticket' : 'page');
      else expect(labels.severity, alert).to.be.oneOf(['page', 'ticket']);
    }
  });

  for (const rule of alerts) {
    const labels = Object.entries(rule.labels).map(([label, value]) => `${label} ${value}`);
    describe(`${rule.alert} (${labels.join(', ')})`, () => {
      const cases = readAlertCases().filter(({ alert }) => alert === rule.alert);

      it('has a case that fires it and one that does not', () => {
        const [fires, calm] = [
          cases.filter((one) => one.fires.some((seen) => isPart(rule.labels, seen))),
          cases.filter((one) => one.fires.every((seen) => !isPart(rule.labels, seen))),
        ];
        expect(fires, 'fires').to.have.length.above(0);
        expect(calm, 'calm').to.have.length.above(0);
      });

      it('says in one line what is wrong, and then what that means', () => {
        const { summary, description } = rule.annotations;
        expect(summary).to.match(/^\S.{10,110}[^.]$/);
        expect(description).to.match(/^\S.{40,}\.$/);
      });
    });
  }

  it('are silent about nothing that vanishes', () => {
    const guarded = new Set(
      alerts.flatMap(({ expr }) => [...expr.matchAll(/\babsent\(\s*(\w+)/g)].map(([, metric]) => metric)),
    );
    // Whoever sees that no gateway answers need not hear that its metrics are gone.
    const gateway = ['rung_webhook_requests_total', 'rung_webhook_request_duration_seconds'];
    const blind = (rule: Alerting) =>
      metricsOf(rule.expr)
        .map((metric) => metric.replace(/_bucket$/, '_count'))
        .filter((metric) => !guarded.has(metric) && !gateway.some((own) => metric.startsWith(own)))
        // Read together with its other half from the same place.
        .filter((metric) => metric !== 'node_filesystem_size_bytes');
    expect(alerts.flatMap(blind)).to.deep.equal([]);
  });
});

describe('runbooks', () => {
  const pages = readdirSync(inRepository('infra/runbooks')).filter((page) => page !== 'README.md');
  const read = (page: string) => readFileSync(inRepository(`infra/runbooks/${page}`), 'utf8');

  it('are where their alerts say', () => {
    for (const { alert, annotations } of alerts) {
      const [, path = '', page] = RUNBOOK.exec(annotations.runbook_url) ?? [];
      expect(page, alert).to.equal(alert);
      expect(existsSync(inRepository(path)), path).to.equal(true);
    }
  });

  it('are there for an alert, each', () => {
    expect(pages.toSorted()).to.deep.equal(names.map((name) => `${name}.md`).toSorted());
  });

  for (const page of pages) {
    it(`answer five questions in ${page}`, () => {
      const text = read(page);
      const name = page.replace('.md', '');
      expect(text).to.match(new RegExp(`^# ${name}\\n`));
      expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).to.deep.equal(SECTIONS);
      const severities = new Set(named(name).map(({ labels }) => labels.severity));
      for (const severity of severities)
        expect(text.split('\n## ')[0]).to.match(new RegExp(`${severity}`, 'i'));
    });

    it(`name nothing in ${page} that is not there`, () => {
      const text = read(page);
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
      for (const link of links)
        expect(existsSync(inRepository(`infra/runbooks/${link}`)), link).to.equal(true);
      for (const [, query = ''] of text.matchAll(/```promql\n([\s\S]*?)```/g))
        expect(selectorsOf(query), query).to.have.length.above(0);
    });
  }

  it('are all in the table of contents', () => {
    const contents = read('README.md');
    for (const name of names) expect(contents).to.include(`[${name}](${name}.md)`);
  });
});
