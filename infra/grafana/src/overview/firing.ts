import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { DynamicConfigValue, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { prometheus, runbookOf, thresholdsOf } from '../panels.ts';

/** A table of what fires now; a click on a name opens its runbook. */
export function firing(): Builder<Panel> {
  const hidden = ['Time', 'Value', '__name__', 'alertstate', 'instance', 'job'];
  const link: DynamicConfigValue[] = [
    { id: 'links', value: [{ title: 'Runbook', url: runbookOf(`\${__value.text}`), targetBlank: true }] },
  ];
  const colored: DynamicConfigValue[] = [
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
    {
      id: 'mappings',
      value: [
        {
          type: 'value',
          options: { page: { color: 'red', index: 0 }, ticket: { color: 'orange', index: 1 } },
        },
      ],
    },
  ];
  return new Table()
    .title('Firing now')
    .description('Alerts that fire, pages first. Click a name for its runbook. Empty is good.')
    .datasource(prometheus)
    .span(12)
    .height(8)
    .noValue('Nothing fires')
    .thresholds(thresholdsOf([['green', null]]))
    .withTarget(
      new DataqueryBuilder()
        .refId('A')
        .expr('sort_desc(max without (instance, job) (ALERTS{alertstate="firing"}))')
        .format(PromQueryFormat.Table)
        .instant(),
    )
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
        indexByName: { severity: 0, alertname: 1 },
      },
    })
    .withTransformation({ id: 'sortBy', options: { sort: [{ field: 'severity' }] } })
    .overrideByName('alertname', link)
    .overrideByName('severity', colored);
}
