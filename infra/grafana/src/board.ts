import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { prometheus } from './panels.ts';

/** Where people read this repository; the same as `external_labels.repository` of Prometheus. */
const REPOSITORY = 'https://git.example.org/rung/blob/main';

/** One file of `infra/grafana/dashboards`. */
export interface Board {
  readonly file: string;
  readonly dashboard: Dashboard;
}

/**
 * A dashboard of Rung without its panels: choice of data source, address of the runbooks, links to the other dashboards,
 * and a mark where a process has started.
 */
export function startBoard(board: { uid: string; title: string; description: string }): DashboardBuilder {
  return new DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.description)
    .tags(['rung'])
    .readonly()
    .timezone('browser')
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'))
    .withVariable(
      new TextBoxVariableBuilder('repository')
        .label('Repository')
        .description('Where the repository is read: links to runbooks begin with it')
        .defaultValue(REPOSITORY)
        .current({ text: REPOSITORY, value: REPOSITORY }),
    )
    .link(
      new DashboardLinkBuilder('Rung')
        .type(DashboardLinkType.Dashboards)
        .tags(['rung'])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    )
    .annotation(
      new AnnotationQueryBuilder()
        .name('Starts')
        .datasource(prometheus)
        .enable(true)
        .iconColor('purple')
        .expr('changes(process_start_time_seconds{job=~"gateway|scheduler|worker", process=""}[1m]) > 0')
        .titleFormat('{{job}} {{instance}} started')
        .step('1m'),
    );
}

/** A choice among the values of a label, all at first. */
export function choiceOf(name: string, label: string, series: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(prometheus)
    .query({ query: `label_values(${series}, ${name})`, refId: 'A' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ text: 'All', value: '$__all' });
}
