/**
 * Hands `look` a stand-in for `value` and returns the paths of the fields that it never asked for, outermost only. A
 * validator asks for every field that its schema knows, so these are the unknown ones. Arrays are looked through; an
 * object whose keys are listed counts as read in full, as validators do with maps.
 */
export function unreadFields(value: object, look: (standIn: object) => void): string[] {
  const reads = new Map<object, Reads>();
  look(standInFor(value, reads));
  return unread(value, '', reads);
}

interface Reads {
  readonly keys: Set<PropertyKey>;
  listed: boolean;
}

function standInFor<T extends object>(value: T, reads: Map<object, Reads>): T {
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, child]: [string, unknown]) => [key, standInsIn(child, reads)]),
  );
  const seen: Reads = { keys: new Set(), listed: false };
  reads.set(value, seen);
  return new Proxy(copy as T, {
    get(target, key, receiver) {
      seen.keys.add(key);
      return Reflect.get(target, key, receiver);
    },
    ownKeys(target) {
      seen.listed = true;
      return Reflect.ownKeys(target);
    },
  });
}

function standInsIn(value: unknown, reads: Map<object, Reads>): unknown {
  if (Array.isArray(value)) return value.map((item) => standInsIn(item, reads));
  return typeof value === 'object' && value !== null ? standInFor(value, reads) : value;
}

function unread(value: unknown, path: string, reads: ReadonlyMap<object, Reads>): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => unread(item, `${path}/${index}`, reads));
  if (typeof value !== 'object' || value === null) return [];
  const seen = reads.get(value);
  return Object.entries(value).flatMap(([key, child]) =>
    seen?.listed || seen?.keys.has(key) ? unread(child, `${path}/${key}`, reads) : [`${path}/${key}`],
  );
}
