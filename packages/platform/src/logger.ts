import winston from 'winston';
import { activeTraceId } from './activeSpan.ts';
import { correlationId } from './correlation.ts';
import { type Plain, toPlain } from './plain.ts';
import { makeRedact } from './redact.ts';

/** What is known besides the message; errors, bigints and cycles are welcome. */
export type LogFields = Record<string, unknown>;

/** Writes one line an event. Never throws, and never shows a secret. */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  readonly service: string;
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly format: 'json' | 'pretty';
  /** Texts that must never be seen: tokens, passwords, keys. */
  readonly secrets: readonly string[];
  /** Where lines go; standard output when not given. */
  readonly stream?: NodeJS.WritableStream;
}

interface Line {
  readonly ts: string;
  readonly level: string;
  readonly service: string;
  readonly correlationId?: string;
  readonly trace_id?: string;
  readonly msg: string;
  readonly fields: { readonly [key: string]: Plain };
}

const levels = { error: 0, warn: 1, info: 2, debug: 3 };

/**
 * Logs lines of JSON, `{ts, level, service, correlationId?, trace_id?, msg, …fields}` with `ts` in UTC, or the same laid
 * out for people. Fields that would hide one of those names are put under `fields`.
 */
export function makeLogger(options: LoggerOptions): Logger {
  const redact = makeRedact(options.secrets);
  const render = options.format === 'json' ? renderJson : renderPretty;
  const stream = options.stream ?? process.stdout;
  // When nobody reads the log any more, the error of each line would be logged in turn, for ever.
  let isBroken = false;
  stream.on('error', () => {
    isBroken = true;
  });
  const output = winston.createLogger({
    levels,
    level: options.level,
    format: winston.format.printf((info) => String(info.message)),
    transports: [new winston.transports.Stream({ stream, eol: '\n' })],
  });

  function write(level: keyof typeof levels, message: string, fields: LogFields | undefined): void {
    if (isBroken || levels[level] > levels[options.level]) return;
    const plain = fields === undefined ? {} : toPlain(fields, redact);
    const id = correlationId();
    const traceId = activeTraceId();
    const line: Line = {
      ts: new Date().toISOString(),
      level,
      service: options.service,
      ...(id !== undefined && { correlationId: redact(id) }),
      ...(traceId !== undefined && { trace_id: traceId }),
      msg: redact(String(message)),
      fields:
        typeof plain === 'object' && plain !== null && !Array.isArray(plain) ? plain : { fields: plain },
    };
    output.log({ level, message: render(line) });
  }

  return {
    error: (message, fields) => write('error', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    info: (message, fields) => write('info', message, fields),
    debug: (message, fields) => write('debug', message, fields),
  };
}

function renderJson({ fields, ...line }: Line): string {
  const hidden = Object.keys(fields).filter((key) => Object.hasOwn(line, key));
  if (hidden.length > 0) return JSON.stringify({ ...line, fields });
  return JSON.stringify({ ...line, ...fields });
}

function renderPretty({ ts, level, service, correlationId: id, msg, fields }: Line): string {
  const { stack, rest } = takeStack(fields);
  const shown = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const head = `${ts.slice(11, 23)} ${level.padEnd(5)} ${service}`;
  const line = [head, msg, ...shown, ...(id === undefined ? [] : [`(${id})`])].join(' ');
  return stack === undefined ? line : `${line}\n${stack.replaceAll(/^/gm, '    ')}`;
}

/** Takes the stack out of the field `error`, for people read it better below the line. */
function takeStack(fields: Line['fields']): { stack?: string; rest: Line['fields'] } {
  const { error } = fields;
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return { rest: fields };
  const { stack, ...withoutStack } = error;
  if (typeof stack !== 'string') return { rest: fields };
  return { stack, rest: { ...fields, error: withoutStack } };
}
