import type { JobsLogger } from '../src/index.ts';

/** A logger that keeps what it is told, each line as the text that would be written. */
export function makeRecordingLogger(): JobsLogger & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (message: string, fields?: Record<string, unknown>) => {
    lines.push(JSON.stringify({ message, ...fields }));
  };
  return { lines, info: keep, warn: keep, error: keep };
}
