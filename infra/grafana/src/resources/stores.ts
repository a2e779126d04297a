import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { figure, graph } from '../panels.ts';
import { OURS } from './ours.ts';

/** How PostgreSQL and Redis do. */
export function addStores(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('PostgreSQL'))
    .withPanel(
      graph({
        title: 'Connections of the server',
        description: 'Share of max_connections in use. At 100 % new connections are refused.',
        queries: [{ expr: 'rung:db_connections_used:ratio', legend: 'used' }],
        unit: 'percentunit',
        width: 6,
        max: 1,
        limit: 0.8,
        alerts: ['PgConnections'],
      }),
    )
    .withPanel(
      graph({
        title: 'Pools',
        description:
          'Connections of the pools by service and state. Callers that wait have none: the pool is too small, or queries are too slow.',
        queries: [
          {
            expr: `sum by (job, state) (rung_db_pool_connections{${OURS}})`,
            legend: '{{job}} {{state}}',
          },
        ],
        unit: 'none',
        width: 6,
      }),
    )
    .withPanel(
      graph({
        title: 'Statements',
        description: 'Statements a second by the store that runs them.',
        queries: [
          {
            expr: `sum by (store) (rate(rung_db_query_duration_seconds_count{${OURS}}[$__rate_interval]))`,
            legend: '{{store}}',
          },
        ],
        unit: 'ops',
        width: 6,
        stacked: true,
      }),
    )
    .withPanel(
      graph({
        title: 'Duration of a statement, p95',
        description: 'By store: 95 % are faster.',
        queries: [
          {
            expr: `histogram_quantile(0.95, sum by (store, le) (rate(rung_db_query_duration_seconds_bucket{${OURS}}[$__rate_interval])))`,
            legend: '{{store}}',
          },
        ],
        unit: 's',
        width: 6,
      }),
    );

  board
    .withRow(new RowBuilder('Redis (empty when the queue is in PostgreSQL)'))
    .withPanel(
      graph({
        title: 'Memory',
        description: 'Share of its limit, or of the machine when it has none. At 100 % Redis refuses jobs.',
        queries: [{ expr: 'rung:redis_memory_used:ratio', legend: 'used' }],
        unit: 'percentunit',
        width: 8,
        max: 1,
        limit: 0.8,
        alerts: ['RedisMemory'],
      }),
    )
    .withPanel(
      graph({
        title: 'Memory in bytes',
        description: 'What Redis uses and what it may use.',
        queries: [{ expr: 'max by (kind) (rung_redis_memory_bytes)', legend: '{{kind}}' }],
        unit: 'bytes',
        width: 8,
      }),
    )
    .withPanel(
      figure({
        title: 'Eviction',
        description:
          'Redis must never evict: an evicted key is a lost job. maxmemory-policy has to be noeviction.',
        queries: [{ expr: 'min(rung_redis_policy_ok)' }],
        unit: 'none',
        width: 8,
        height: 8,
        texts: { 1: 'never', 0: 'possible' },
        thresholds: [
          ['red', null],
          ['green', 1],
        ],
        alerts: ['RedisEvictionPolicyWrong'],
      }),
    );
}
