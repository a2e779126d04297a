import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

/** A folder or file of the repository. */
export const inRepository = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const labels = z.record(z.string(), z.string());
const recording = z.strictObject({ record: z.string(), expr: z.string(), labels: labels.optional() });
const alerting = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels,
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
});
const ruleFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      interval: z.string().optional(),
      rules: z.array(z.union([alerting, recording])),
    }),
  ),
});

export type Recording = z.output<typeof recording>;
export type Alerting = z.output<typeof alerting>;

const testFile = z.object({
  rule_files: z.array(z.string()),
  tests: z.array(
    z.object({
      name: z.string(),
      alert_rule_test: z
        .array(
          z.object({
            alertname: z.string(),
            exp_alerts: z.array(z.object({ exp_labels: labels })),
          }),
        )
        .default([]),
    }),
  ),
});

/** Paths of the rule files and of their tests. */
export const ruleFiles = filesIn('infra/prometheus/rules');
export const ruleTestFiles = filesIn('infra/prometheus/tests');

/** All rules as they stand in the files. */
export function readRules(): { alerts: readonly Alerting[]; recordings: readonly Recording[] } {
  const rules = ruleFiles.flatMap((path) =>
    ruleFile.parse(parse(readFileSync(path, 'utf8'))).groups.flatMap((group) => group.rules),
  );
  return {
    alerts: rules.filter((rule) => 'alert' in rule),
    recordings: rules.filter((rule) => 'record' in rule),
  };
}

/** A case of the tests of alerts: which alert is looked at, and what is seen of it; nothing when it must not fire. */
export interface AlertCase {
  readonly file: string;
  readonly alert: string;
  readonly fires: readonly Readonly<Record<string, string>>[];
}

export function readAlertCases(): readonly AlertCase[] {
  return ruleTestFiles.flatMap((path) =>
    testFile.parse(parse(readFileSync(path, 'utf8'))).tests.flatMap((test) =>
      test.alert_rule_test.map(({ alertname, exp_alerts }) => ({
        file: basename(path),
        alert: alertname,
        fires: exp_alerts.map(({ exp_labels }) => exp_labels),
      })),
    ),
  );
}

function filesIn(folder: string): string[] {
  const path = inRepository(folder);
  return readdirSync(path)
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => join(path, name));
}
