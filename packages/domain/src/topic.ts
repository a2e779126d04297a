/** Every topic of the bank, in the order in which learners see them. */
export const TOPICS = [
  'data_modeling',
  'sql_performance',
  'distributed_systems',
  'streaming',
  'data_warehouse_lakehouse',
  'etl_vs_elt',
  'orchestration',
  'data_quality',
  'observability',
] as const;

export type Topic = (typeof TOPICS)[number];

const names: ReadonlySet<unknown> = new Set(TOPICS);

/** Whether `x` is the name of a topic. */
export function isTopic(x: unknown): x is Topic {
  return names.has(x);
}
