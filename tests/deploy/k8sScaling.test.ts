import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { findProgram } from '../../scripts/stack/programs.ts';
import { skipFor } from '../harness/requirement.ts';
import { kubectlFor, render } from './k8s/kubectl.ts';
import { allOf } from './k8s/manifest.ts';

/** Jobs in the queues, as two schedulers and another namespace show them. */
const busy = [
  series('pod="a", queue="answers", state="waiting"', 40),
  series('pod="b", queue="answers", state="waiting"', 40),
  series('pod="a", queue="answers", state="active"', 5),
  series('pod="a", queue="answers", state="delayed"', 1000),
  series('pod="a", queue="commands", state="prioritized"', 7),
  series('pod="a", queue="schedule", state="waiting"', 1000),
  series('pod="a", queue="deliveries", state="waiting"', 10_000),
  { series: 'rung_queue_jobs{namespace="other", queue="answers", state="waiting"}', values: '1000x5' },
];

function series(labels: string, jobs: number): { series: string; values: string } {
  return { series: `rung_queue_jobs{namespace="rung", ${labels}}`, values: `${jobs}x5` };
}

describe('the figures that workers are scaled by', () => {
  let folder: string;
  let promtool: string;
  let queries: Map<string | undefined, string | undefined>;

  before(function () {
    promtool = findProgram('promtool') ?? skipFor('no promtool on PATH', this);
    const triggers = allOf(render(kubectlFor(this), 'k8s/overlays/prod'), ScaledObject.is).flatMap(
      ({ spec }) => spec?.triggers ?? [],
    );
    queries = new Map(triggers.map(({ name, metadata }) => [name, metadata.query]));
    folder = mkdtempSync(join(tmpdir(), 'rung-scaling-'));
  });

  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const cases = [
    {
      sentence: 'are the jobs that somebody waits for, each counted once',
      trigger: 'jobs',
      jobs: busy,
      is: 52,
    },
    {
      sentence: 'are deliveries up to what the broadcast budget can use',
      trigger: 'deliveries',
      jobs: busy,
      is: 64,
    },
    { sentence: 'are missing when nobody shows the queues', trigger: 'jobs', jobs: busy.slice(-1), is: null },
    {
      sentence: 'are missing when nobody shows deliveries',
      trigger: 'deliveries',
      jobs: busy.slice(0, 3),
      is: null,
    },
  ];
  for (const { sentence, trigger, jobs, is } of cases) {
    it(sentence, () => {
      const file = join(folder, 'case.yml');
      const expected = is === null ? [] : [{ labels: '{}', value: is }];
      writeFileSync(
        file,
        stringify({
          tests: [
            {
              input_series: jobs,
              promql_expr_test: [{ expr: queries.get(trigger), eval_time: '1m', exp_samples: expected }],
            },
          ],
        }),
      );
      const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', file], { encoding: 'utf8' });
      expect(status, stdout + stderr).to.equal(0);
    });
  }
});
