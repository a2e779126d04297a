import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePort } from '../../../scripts/stack/ports.ts';
import { findProgram } from '../../../scripts/stack/programs.ts';
import { supervise } from '../../../scripts/stack/supervised.ts';
import { until } from '../../../scripts/stack/until.ts';
import { skipFor } from '../../harness/requirement.ts';
import { inRepository, ruleFiles } from './rules.ts';

/** A Prometheus that scrapes and evaluates each second, with the rules and the scrape settings of the repository. */
export interface Prometheus {
  readonly url: string;
  /** The labels of each sample that an instant query gives. */
  query(expr: string): Promise<readonly Readonly<Record<string, string>>[]>;
  /** Each rule with what its last evaluation came to. */
  rules(): Promise<readonly EvaluatedRule[]>;
  /** Names of the jobs of which every target answers. */
  up(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface EvaluatedRule {
  readonly name: string;
  /** `unknown` until it was evaluated. */
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
}

interface Settings {
  readonly scrape_configs: readonly (object & { readonly job_name: string })[];
}

/** Starts the machine's Prometheus on these ports by job; without one the suite is skipped. For a `before`, with its `this`. */
export async function startPrometheus(
  suite: Mocha.Context,
  ports: Readonly<Record<string, number>>,
): Promise<Prometheus> {
  const command = findProgram('prometheus') ?? skipFor('no prometheus on PATH', suite);
  const folder = mkdtempSync(join(tmpdir(), 'rung-prometheus-'));
  writeFileSync(join(folder, 'prometheus.yml'), settingsFor(folder, ports));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await supervise({
    command,
    args: [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    stopSignals: ['SIGTERM'],
  });
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };

  async function ask<T>(path: string): Promise<T> {
    const response = await fetch(`${url}/api/v1/${path}`);
    const answer = (await response.json()) as { status: string; data: T; error?: string };
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  }
  try {
    await until('Prometheus', 20_000, async () => {
      if (server.exit() !== undefined) throw new Error('it ended');
      return fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  } catch (error) {
    await stop();
    throw new Error(`Prometheus did not start: ${server.output()}`, { cause: error });
  }

  return {
    url,
    stop,
    async query(expr) {
      type Sample = { metric: Readonly<Record<string, string>> };
      const { result } = await ask<{ result: Sample[] }>(`query?query=${encodeURIComponent(expr)}`);
      return result.map(({ metric }) => metric);
    },
    async rules() {
      const { groups } = await ask<{ groups: { rules: EvaluatedRule[] }[] }>('rules');
      return groups.flatMap((group) => group.rules);
    },
    async up() {
      type Target = { labels: { job: string }; health: string };
      const { activeTargets } = await ask<{ activeTargets: Target[] }>('targets?state=active');
      return activeTargets.filter(({ health }) => health === 'up').map(({ labels }) => labels.job);
    },
  };
}

/** The settings of the repository with other addresses, and everything done each second: nobody waits for a group's turn. */
function settingsFor(folder: string, ports: Readonly<Record<string, number>>): string {
  const settings: Settings = parse(readFileSync(inRepository('infra/prometheus/prometheus.yml'), 'utf8'));
  for (const file of ruleFiles) {
    const { groups } = parse(readFileSync(file, 'utf8'));
    for (const group of groups) delete group.interval;
    writeFileSync(join(folder, basename(file)), stringify({ groups }));
  }
  const jobs = settings.scrape_configs.filter(({ job_name: job }) => job in ports);
  return stringify({
    ...settings,
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ruleFiles.map((file) => join(folder, basename(file))),
    scrape_configs: jobs.map(({ job_name, ...job }) => {
      const { dns_sd_configs: _, ...kept } = job as Record<string, unknown>;
      return { job_name, ...kept, static_configs: [{ targets: [`127.0.0.1:${ports[job_name]}`] }] };
    }),
  });
}
