import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { figure, graph, type Threshold } from '../panels.ts';
import { firing } from './firing.ts';

const NONE_IS_GOOD: readonly Threshold[] = [
  ['green', null],
  ['red', 1],
];

/** What fires, and what waits. */
export function addTrouble(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('What is wrong'))
    .withPanel(
      figure({
        title: 'Oldest update in the inbox',
        description: 'Age of the oldest update that is neither done nor dead. Pages at 60 s.',
        queries: [{ expr: 'max(rung_inbox_oldest_age_seconds)' }],
        unit: 's',
        width: 4,
        thresholds: [
          ['green', null],
          ['orange', 15],
          ['red', 60],
        ],
        alerts: ['InboxStuck'],
      }),
    )
    .withPanel(
      figure({
        title: 'Overdue learners',
        description: 'Learners who have been due for over two minutes and have no delivery yet.',
        queries: [{ expr: 'max(rung_fanout_overdue_users)' }],
        unit: 'none',
        width: 4,
        thresholds: NONE_IS_GOOD,
        alerts: ['FanoutOverdue'],
      }),
    )
    .withPanel(
      figure({
        title: 'Dead letters',
        description: 'Jobs that failed for good and that nobody has redriven.',
        queries: [{ expr: 'max(rung_dead_letters)' }],
        unit: 'none',
        width: 4,
        thresholds: NONE_IS_GOOD,
        alerts: ['DeadLetters'],
      }),
    )
    .withPanel(
      figure({
        title: 'Oldest answer in the queue',
        description: 'How long the oldest job of the queue answers has been ready. Pages at 60 s.',
        queries: [{ expr: 'max(rung_queue_oldest_job_age_seconds{queue="answers"})' }],
        unit: 's',
        width: 4,
        thresholds: [
          ['green', null],
          ['orange', 15],
          ['red', 60],
        ],
        alerts: ['QueueOld'],
      }),
    )
    .withPanel(
      figure({
        title: 'Last fan-out',
        description: 'How long ago a scheduler last found nobody left who is due. Pages at 300 s.',
        queries: [{ expr: 'time() - max(rung_fanout_last_success_timestamp_seconds)' }],
        unit: 's',
        width: 4,
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
        title: 'Last backup',
        description: 'How long ago a backup last succeeded. Pages at 26 hours.',
        queries: [{ expr: 'time() - max(rung_backup_last_success_timestamp_seconds)' }],
        unit: 's',
        width: 4,
        decimals: 1,
        thresholds: [
          ['green', null],
          ['orange', 25 * 3600],
          ['red', 26 * 3600],
        ],
        alerts: ['BackupStale', 'RestoreDrillStale'],
      }),
    )
    .withPanel(firing())
    .withPanel(
      graph({
        title: 'Jobs that are ready',
        description:
          'Jobs that could run now, by queue. Deliveries pile up at the full hour and go at the broadcast budget.',
        queries: [{ expr: 'rung:queue_ready_jobs:sum', legend: '{{queue}}' }],
        unit: 'none',
        width: 12,
        stacked: true,
        alerts: ['WorkersNotConsuming', 'QueueOld'],
      }),
    );
}
