import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { bars, figure, graph } from '../panels.ts';

/** Service levels of the guarantees: title, objective in percent, the alert on it, and what is good. */
const LEVELS = [
  {
    slo: 'webhook_availability',
    title: 'Webhook answered',
    objective: 99.9,
    alert: 'WebhookErrorBudgetBurn',
    good: 'webhook requests that were answered with 2xx',
  },
  {
    slo: 'webhook_latency',
    title: 'Webhook within 50 ms',
    objective: 99,
    alert: 'WebhookLatencyBudgetBurn',
    good: 'webhook requests that were answered within 50 ms',
  },
  {
    slo: 'feedback_latency',
    title: 'Feedback within 2 s',
    objective: 99,
    alert: 'FeedbackBudgetBurn',
    good: 'taps whose feedback was shown within 2 s',
  },
  {
    slo: 'daily_delivery',
    title: 'Daily question in time',
    objective: 99.5,
    alert: 'FanoutOverdue',
    good: 'daily questions that went out within 15 minutes of their slot and the time that the broadcast budget needs',
  },
] as const;

/** Service levels, what is left of their error budgets, and how fast these go. */
export function addLevels(board: DashboardBuilder): void {
  board.withRow(new RowBuilder('Service levels'));
  for (const { slo, title, objective, alert, good } of LEVELS) {
    board.withPanel(
      figure({
        title,
        description: `Share of ${good}, over the last 24 hours. The objective is ${objective} %. Nothing is shown without traffic.`,
        queries: [{ expr: `1 - slo:errors:ratio_rate1d{slo="${slo}"}` }],
        unit: 'percentunit',
        width: 6,
        decimals: 2,
        max: 1,
        thresholds: [
          ['red', null],
          ['green', objective / 100],
        ],
        alerts: [alert],
      }),
    );
  }
  board
    .withPanel(
      bars({
        title: 'Error budget left',
        description:
          'Of the failures that the objectives allow in 30 days, how many are left. At 0 % the month is spent, below it the objective is missed.',
        queries: [{ expr: 'slo:error_budget:remaining_ratio', legend: '{{slo}}' }],
        unit: 'percentunit',
        width: 8,
        max: 1,
        decimals: 1,
        thresholds: [
          ['red', null],
          ['orange', 0.1],
          ['green', 0.5],
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'How fast error budgets burn',
        description:
          'Failures of the last hour in proportion to what the objective allows: at 1 the budget lasts exactly a month. Pages come at 14.4 over an hour and at 6 over six hours.',
        queries: [
          { expr: 'slo:errors:ratio_rate1h / on (slo) (1 - slo:objective:ratio)', legend: '{{slo}}' },
        ],
        unit: 'none',
        width: 16,
        thresholds: [
          ['transparent', null],
          ['orange', 6],
          ['red', 14.4],
        ],
        alerts: LEVELS.slice(0, 3).map(({ alert }) => alert),
      }),
    );
}
