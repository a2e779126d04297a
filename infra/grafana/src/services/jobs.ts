import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { graph } from '../panels.ts';

const JOB_COLORS = {
  completed: 'green',
  failed: 'red',
  retried: 'orange',
  isolated: 'purple',
  postponed: 'blue',
  paused: 'yellow',
  lost: 'dark-red',
};

/** How jobs and their queues do. */
export function addJobs(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Jobs'))
    .withPanel(
      graph({
        title: 'Runs',
        description:
          'Runs of jobs by outcome. Postponed and paused ones wait, for Telegram or the database, and spend no attempt; isolated ones had a worker that died.',
        queries: [
          {
            expr: 'sum by (outcome) (rate(rung_jobs_total{queue=~"$queue"}[$__rate_interval]))',
            legend: '{{outcome}}',
          },
        ],
        unit: 'ops',
        width: 8,
        stacked: true,
        colors: JOB_COLORS,
        alerts: ['WorkersNotConsuming'],
      }),
    )
    .withPanel(
      graph({
        title: 'Trouble',
        description:
          'Runs that failed, for now or for good, jobs that stalled, and jobs that could not be enqueued.',
        queries: [
          {
            expr: 'sum by (job, outcome) (rate(rung_jobs_total{queue=~"$queue", outcome=~"failed|retried|lost"}[$__rate_interval])) > 0',
            legend: '{{job}} {{outcome}}',
          },
          {
            expr: 'sum by (queue) (rate(rung_jobs_stalled_total{queue=~"$queue"}[$__rate_interval])) > 0',
            legend: '{{queue}} stalled',
          },
        ],
        unit: 'ops',
        width: 8,
        alerts: ['DeadLetters', 'JobsStalled'],
      }),
    )
    .withPanel(
      graph({
        title: 'Duration of a run, p95',
        description: 'How long the handlers of jobs take, by job: 95 % are faster.',
        queries: [
          {
            expr: 'histogram_quantile(0.95, sum by (job, le) (rate(rung_job_duration_seconds_bucket{queue=~"$queue"}[$__rate_interval])))',
            legend: '{{job}}',
          },
        ],
        unit: 's',
        width: 8,
      }),
    )
    .withPanel(
      graph({
        title: 'In the queues',
        description: 'Jobs by queue and state.',
        queries: [
          {
            expr: 'max by (queue, state) (rung_queue_jobs{queue=~"$queue"}) > 0',
            legend: '{{queue}} {{state}}',
          },
        ],
        unit: 'none',
        width: 8,
        stacked: true,
        alerts: ['WorkersNotConsuming'],
      }),
    )
    .withPanel(
      graph({
        title: 'Oldest job that is ready',
        description: 'How long the oldest job of each queue has been ready. That of answers pages at 60 s.',
        queries: [
          {
            expr: 'max by (queue) (rung_queue_oldest_job_age_seconds{queue=~"$queue"})',
            legend: '{{queue}}',
          },
        ],
        unit: 's',
        width: 8,
        limit: 60,
        alerts: ['QueueOld'],
      }),
    )
    .withPanel(
      graph({
        title: 'Wait before a run, p95',
        description: 'From when a job was due to its first start, by job: 95 % start sooner.',
        queries: [
          {
            expr: 'histogram_quantile(0.95, sum by (job, le) (rate(rung_job_wait_seconds_bucket{queue=~"$queue"}[$__rate_interval])))',
            legend: '{{job}}',
          },
        ],
        unit: 's',
        width: 8,
      }),
    );
}
