import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { bars, graph } from '../panels.ts';

const REAL_DISKS = 'fstype!~"tmpfs|ramfs|squashfs|iso9660|overlay|fuse.*"';

/** How the machines do, where node_exporter runs. */
export function addHosts(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Hosts (from node_exporter)'))
    .withPanel(
      graph({
        title: 'Processors in use',
        description: 'Share of the processors of each host that is not idle.',
        queries: [
          {
            expr: '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))',
            legend: '{{instance}}',
          },
        ],
        unit: 'percentunit',
        width: 8,
        max: 1,
      }),
    )
    .withPanel(
      graph({
        title: 'Memory in use',
        description: 'Share of the memory of each host that is not available.',
        queries: [
          {
            expr: '1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes',
            legend: '{{instance}}',
          },
        ],
        unit: 'percentunit',
        width: 8,
        max: 1,
      }),
    )
    .withPanel(
      bars({
        title: 'Disks',
        description: 'How full each file system is. Pages above 90 %.',
        queries: [
          {
            expr: `1 - node_filesystem_avail_bytes{${REAL_DISKS}} / node_filesystem_size_bytes{${REAL_DISKS}}`,
            legend: '{{instance}} {{mountpoint}}',
          },
        ],
        unit: 'percentunit',
        width: 8,
        max: 1,
        thresholds: [
          ['green', null],
          ['orange', 0.8],
          ['red', 0.9],
        ],
        alerts: ['DiskFull'],
      }),
    );
}
