import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { graph } from '../panels.ts';
import { OURS } from './ours.ts';

/** How the Node processes do. */
export function addProcesses(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Node processes'))
    .withPanel(
      graph({
        title: 'Processor',
        description:
          'Processor time by process. One JavaScript thread uses 1 at most, garbage collection adds some.',
        queries: [
          {
            expr: `rate(process_cpu_seconds_total{${OURS}}[$__rate_interval])`,
            legend: '{{job}} {{process}} {{instance}}',
          },
        ],
        unit: 'none',
        width: 6,
        thresholds: [
          ['transparent', null],
          ['orange', 0.9],
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'Event loop lag, p99',
        description: 'How long what is ready waits for the thread. Over 10 s a job counts as stalled.',
        queries: [
          {
            expr: `nodejs_eventloop_lag_p99_seconds{${OURS}}`,
            legend: '{{job}} {{process}} {{instance}}',
          },
        ],
        unit: 's',
        width: 6,
        thresholds: [
          ['transparent', null],
          ['orange', 0.25],
        ],
        alerts: ['JobsStalled'],
      }),
    )
    .withPanel(
      graph({
        title: 'Resident memory',
        description:
          'Memory of each process. A service stays under 200 MB under the loads that it was measured with.',
        queries: [
          {
            expr: `process_resident_memory_bytes{${OURS}}`,
            legend: '{{job}} {{process}} {{instance}}',
          },
        ],
        unit: 'bytes',
        width: 6,
      }),
    )
    .withPanel(
      graph({
        title: 'Garbage collection',
        description: 'Share of the time that goes into collecting garbage, by process.',
        queries: [
          {
            expr: `sum by (job, process, instance) (rate(nodejs_gc_duration_seconds_sum{${OURS}}[$__rate_interval]))`,
            legend: '{{job}} {{process}} {{instance}}',
          },
        ],
        unit: 'percentunit',
        width: 6,
      }),
    )
    .withPanel(
      graph({
        title: 'Heap',
        description: 'Heap in use, by process.',
        queries: [
          {
            expr: `nodejs_heap_size_used_bytes{${OURS}}`,
            legend: '{{job}} {{process}} {{instance}}',
          },
        ],
        unit: 'bytes',
        width: 8,
      }),
    )
    .withPanel(
      graph({
        title: 'Open files',
        description: 'Share of the open files and connections that each process may have.',
        queries: [
          {
            expr: `process_open_fds{${OURS}} / process_max_fds{${OURS}}`,
            legend: '{{job}} {{process}} {{instance}}',
          },
        ],
        unit: 'percentunit',
        width: 8,
        limit: 0.8,
      }),
    )
    .withPanel(
      graph({
        title: 'Uptime',
        description: 'How long each process has run: what falls to zero has started again.',
        queries: [
          {
            expr: `time() - process_start_time_seconds{${OURS}}`,
            legend: '{{job}} {{process}} {{instance}}',
          },
        ],
        unit: 's',
        width: 8,
      }),
    );
}
