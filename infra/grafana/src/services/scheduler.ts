import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { figure } from '../panels.ts';

/** How the scheduler does, and what runs at all. */
export function addScheduler(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Scheduler'))
    .withPanel(
      figure({
        title: 'Last fan-out',
        description: 'How long ago a scheduler last found nobody left who is due. Pages at 300 s.',
        queries: [{ expr: 'time() - max(rung_fanout_last_success_timestamp_seconds)' }],
        unit: 's',
        width: 8,
        decimals: 0,
        thresholds: [
          ['green', null],
          ['orange', 120],
          ['red', 300],
        ],
        alerts: ['FanoutMissed'],
      }),
    )
    .withPanel(
      figure({
        title: 'Invariants violated, last 24 hours',
        description: 'Rows found that contradict each other. There should never be any.',
        queries: [{ expr: 'sum(increase(rung_invariant_violations_total[24h]))' }],
        unit: 'none',
        width: 8,
        decimals: 0,
        thresholds: [
          ['green', null],
          ['red', 0.5],
        ],
        alerts: ['InvariantViolated'],
      }),
    )
    .withPanel(
      figure({
        title: 'What runs',
        description: 'Processes that answer, by service.',
        queries: [{ expr: 'count by (service) (rung_build_info)', legend: '{{service}}' }],
        unit: 'none',
        width: 8,
        alerts: ['GatewayDown'],
      }),
    );
}
