import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { graph, quantiles } from '../panels.ts';

/** How the webhook does. */
export function addWebhook(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Webhook'))
    .withPanel(
      graph({
        title: 'Requests',
        description:
          'Webhook requests by class of status. 4xx: somebody without the secret, or a secret that differs from the one that Telegram was given.',
        queries: [
          {
            expr: 'sum by (code_class) (rate(rung_webhook_requests_total[$__rate_interval]))',
            legend: '{{code_class}}',
          },
        ],
        unit: 'reqps',
        width: 8,
        stacked: true,
        colors: { '2xx': 'green', '4xx': 'orange', '5xx': 'red' },
        alerts: ['GatewayDown', 'WebhookBacklog'],
      }),
    )
    .withPanel(
      graph({
        title: 'Errors',
        description:
          'Share of the webhook requests that were not answered with 2xx. The objective allows 0.1 %.',
        queries: [{ expr: 'slo:errors:ratio_rate5m{slo="webhook_availability"}', legend: 'not 2xx' }],
        unit: 'percentunit',
        width: 8,
        limit: 0.001,
        alerts: ['WebhookErrorBudgetBurn'],
      }),
    )
    .withPanel(
      graph({
        title: 'Duration',
        description:
          'From the first byte of a webhook request to the end of its answer. The objective is 50 ms for 99 %.',
        queries: quantiles('rung_webhook_request_duration_seconds'),
        unit: 's',
        width: 8,
        limit: 0.05,
        alerts: ['WebhookLatencyBudgetBurn'],
      }),
    );
}
