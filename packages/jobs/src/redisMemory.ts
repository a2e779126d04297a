/** What a Redis says of its memory. */
export interface RedisMemory {
  /** It must never evict: an evicted key is a lost job. */
  readonly policyOk: boolean;
  readonly usedBytes: number;
  /** The limit it was given, else the machine's memory. */
  readonly maxBytes: number;
}

/** Reads the reply of `INFO memory`. */
export function parseRedisMemory(info: string): RedisMemory {
  const fields = new Map(info.split(/\r?\n/).map((line) => line.split(':', 2) as [string, string]));
  const bytes = (name: string) => Number(fields.get(name) ?? Number.NaN);
  return {
    policyOk: fields.get('maxmemory_policy') === 'noeviction',
    usedBytes: bytes('used_memory'),
    maxBytes: bytes('maxmemory') || bytes('total_system_memory'),
  };
}
