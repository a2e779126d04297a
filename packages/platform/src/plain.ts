import type { Redact } from './redact.ts';

/** What JSON can hold. */
export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

const maxDepth = 8;
const maxEntries = 100;
const maxText = 8192;

/** Texts under such names are secret whatever they look like. */
const secretName =
  /^(?:.*[-_])?(?:password|passwd|secret|token|authorization|cookie|api[-_]?key|apikey|access[-_]?token)$/i;

/**
 * Turns any value into what JSON can hold, with every text redacted. Errors become `{name, message, stack, cause}`
 * (their other properties may hold requests and connections), also `code` and the `errors` of an AggregateError.
 * Cycles, throwing getters and endless structures are cut short; it never throws.
 */
export function toPlain(value: unknown, redact: Redact): Plain {
  const path: object[] = [];
  return convert(value);

  function convert(item: unknown): Plain {
    switch (typeof item) {
      case 'string':
        return text(item);
      case 'number':
        return Number.isFinite(item) ? item : String(item);
      case 'boolean':
        return item;
      case 'object':
        return item === null ? null : nested(item);
      case 'undefined':
        return null;
      case 'function':
        return '[function]';
      default:
        return text(String(item));
    }
  }

  function nested(item: object): Plain {
    if (path.includes(item)) return '[circular]';
    if (path.length >= maxDepth) return '[too deep]';
    path.push(item);
    try {
      return describe(item);
    } catch {
      return '[unreadable]';
    } finally {
      path.pop();
    }
  }

  function describe(item: object): Plain {
    if (item instanceof Error) return record(errorParts(item));
    if (Array.isArray(item) || item instanceof Set) return list([...item]);
    if (item instanceof Map) return record([...item].map(([key, entry]) => [String(key), entry]));
    if (ArrayBuffer.isView(item)) return `[${item.byteLength} bytes]`;
    if ('toJSON' in item && typeof item.toJSON === 'function') return convert(item.toJSON());
    return record(Object.keys(item).map((key) => [key, read(item, key)]));
  }

  function list(items: readonly unknown[]): Plain {
    const shown = items.slice(0, maxEntries).map(convert);
    return items.length > maxEntries ? [...shown, `[${items.length - maxEntries} more]`] : shown;
  }

  function record(entries: readonly (readonly [string, unknown])[]): Plain {
    const plain = entries.slice(0, maxEntries).flatMap(([key, entry]): [string, Plain][] => {
      if (entry === undefined) return [];
      const isSecret = typeof entry === 'string' && secretName.test(key);
      return [[text(key), isSecret ? redactedWhole : convert(entry)]];
    });
    if (entries.length > maxEntries) plain.push(['…', `[${entries.length - maxEntries} more]`]);
    return Object.fromEntries(plain);
  }

  function text(raw: string): string {
    // Redacted before it is cut: half a secret would not be recognised.
    const clean = redact(raw);
    return clean.length > maxText ? `${clean.slice(0, maxText)}… (${clean.length - maxText} more)` : clean;
  }
}

const redactedWhole = '[redacted]';

function errorParts(error: Error): [string, unknown][] {
  const { name, message, stack, cause } = error;
  const parts: [string, unknown][] = [
    ['name', name],
    ['message', message],
    ['stack', stack],
    ['cause', cause],
  ];
  if ('code' in error) parts.push(['code', error.code]);
  if (error instanceof AggregateError) parts.push(['errors', error.errors]);
  return parts;
}

function read(item: object, key: string): unknown {
  try {
    return Reflect.get(item, key);
  } catch {
    return '[unreadable]';
  }
}
