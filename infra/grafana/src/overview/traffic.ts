import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { graph, quantiles } from '../panels.ts';

/** What comes in and goes out. */
export function addTraffic(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('What happens'))
    .withPanel(
      graph({
        title: 'Updates taken in',
        description:
          'Updates from Telegram by what became of them. Repeated ones are harmless; refused ones got 503 and come again; limited ones are a learner over the limit.',
        queries: [
          { expr: 'sum by (result) (rate(rung_updates_total[$__rate_interval]))', legend: '{{result}}' },
        ],
        unit: 'reqps',
        width: 8,
        stacked: true,
        colors: { accepted: 'green', refused: 'red', limited: 'orange', quarantined: 'yellow' },
      }),
    )
    .withPanel(
      graph({
        title: 'From tap to feedback',
        description: 'How long learners wait after a tap. The objective is 2 s for 99 % of them.',
        queries: quantiles('rung_feedback_seconds'),
        unit: 's',
        width: 8,
        limit: 2,
        alerts: ['FeedbackBudgetBurn'],
      }),
    )
    .withPanel(
      graph({
        title: 'Daily questions sent',
        description:
          'Deliveries by how they ended: sent, found blocked, skipped (paused or too late), failed for good.',
        queries: [
          {
            expr: 'sum by (outcome) (rate(rung_deliveries_total[$__rate_interval])) * 60',
            legend: '{{outcome}}',
          },
        ],
        unit: 'opm',
        width: 8,
        stacked: true,
        colors: { sent: 'green', failed: 'red', blocked: 'orange', skipped: 'blue' },
      }),
    );
}
