import { boards } from '../../../infra/grafana/src/boards.ts';
import { readRules } from './rules.ts';

/** PromQL and where it stands. */
export interface PlacedQuery {
  readonly place: string;
  readonly query: string;
}

/** Every query of a panel or an annotation, with Grafana's variables replaced by what they stand for at first: all. */
export function panelQueries(): readonly PlacedQuery[] {
  return boards().flatMap(({ file, dashboard }) => [
    ...(dashboard.panels ?? []).flatMap((panel) =>
      ('targets' in panel ? (panel.targets ?? []) : []).map((target) => ({
        place: `${file}, panel "${panel.title}"`,
        query: plain('expr' in target ? String(target.expr) : ''),
      })),
    ),
    ...(dashboard.annotations?.list ?? []).flatMap((annotation) =>
      annotation.expr === undefined
        ? []
        : [{ place: `${file}, annotation "${annotation.name}"`, query: plain(annotation.expr) }],
    ),
  ]);
}

/** Every query of a rule. */
export function ruleQueries(): readonly PlacedQuery[] {
  const { alerts, recordings } = readRules();
  return [
    ...alerts.map(({ alert, expr }) => ({ place: `alert ${alert}`, query: expr })),
    ...recordings.map(({ record, expr }) => ({ place: `recording ${record}`, query: expr })),
  ];
}

function plain(expr: string): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$\w+/g, '.*');
}
