import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';

/** Where the rules live; the Prometheus of docker-compose.yml reads them as they are. */
const source = new URL('../../../infra/prometheus/rules/', import.meta.url);

/** The same rules as an object of the Prometheus operator, which kustomize cannot make by itself. */
export const target = new URL('rules.yaml', import.meta.url);

/** The PrometheusRule that has all groups of `infra/prometheus/rules`, files in the order of their names. */
export function prometheusRule() {
  const files = readdirSync(source).filter((name) => name.endsWith('.yml'));
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'rung' },
    spec: { groups: files.sort().flatMap(groupsIn) },
  };
}

function groupsIn(file: string): readonly unknown[] {
  const content: { groups: readonly unknown[] } = parse(readFileSync(new URL(file, source), 'utf8'));
  return content.groups;
}

if (import.meta.main) {
  const from = '# Made from infra/prometheus/rules by: node k8s/components/monitoring/rules.ts';
  writeFileSync(target, `${from}\n${stringify(prometheusRule(), { lineWidth: 0 })}`);
}
