import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { graph, states } from '../panels.ts';

/** How those do whom we call: Telegram and language models. */
export function addOutside(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Telegram'))
    .withPanel(
      graph({
        title: 'Calls',
        description: 'Calls of the Bot API by method.',
        queries: [
          {
            expr: 'sum by (method) (rate(rung_telegram_requests_total[$__rate_interval]))',
            legend: '{{method}}',
          },
        ],
        unit: 'reqps',
        width: 8,
        stacked: true,
      }),
    )
    .withPanel(
      graph({
        title: 'Refused or lost',
        description:
          'Calls that did not succeed, by reason. Blocked, gone, too old and not modified are everyday; unauthorized pages, too many requests makes a ticket at 5 %.',
        queries: [
          {
            expr: 'sum by (outcome) (rate(rung_telegram_requests_total{outcome!="ok"}[$__rate_interval])) > 0',
            legend: '{{outcome}}',
          },
        ],
        unit: 'reqps',
        width: 8,
        colors: { unauthorized: 'red', too_many_requests: 'orange', unavailable: 'purple' },
        alerts: ['TelegramUnauthorized', 'Telegram429High'],
      }),
    )
    .withPanel(
      graph({
        title: 'Held back by Telegram',
        description: 'Updates that wait at Telegram because the webhook does not take them. Pages above 50.',
        queries: [{ expr: 'max(rung_telegram_webhook_pending_updates)', legend: 'pending updates' }],
        unit: 'none',
        width: 8,
        limit: 50,
        alerts: ['WebhookBacklog'],
      }),
    );

  board
    .withRow(new RowBuilder('Models'))
    .withPanel(
      graph({
        title: 'Requests',
        description:
          'Requests to language models by provider and by how they ended. Empty without a provider.',
        queries: [
          {
            expr: 'sum by (provider, outcome) (rate(rung_llm_requests_total[$__rate_interval]))',
            legend: '{{provider}} {{outcome}}',
          },
        ],
        unit: 'reqps',
        width: 8,
        stacked: true,
      }),
    )
    .withPanel(
      graph({
        title: 'Duration, p95',
        description: 'How long requests to language models take, by provider: 95 % are faster.',
        queries: [
          {
            expr: 'histogram_quantile(0.95, sum by (provider, le) (rate(rung_llm_request_duration_seconds_bucket[$__rate_interval])))',
            legend: '{{provider}}',
          },
        ],
        unit: 's',
        width: 8,
      }),
    )
    .withPanel(
      states({
        title: 'Circuits',
        description:
          'Whether a provider is asked: its circuit opens after five failures in a row, and each minute one request tries again.',
        queries: [{ expr: 'max by (provider) (rung_circuit_state)', legend: '{{provider}}' }],
        unit: 'none',
        width: 8,
        height: 8,
        states: { 0: ['closed', 'green'], 1: ['half open', 'yellow'], 2: ['open', 'red'] },
        alerts: ['CircuitOpen'],
      }),
    );
}
