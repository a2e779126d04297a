import type { Readable } from 'node:stream';

/** Keeps the end of what streams say, at most `maxCharacters` of it. */
export function keepTail(streams: readonly (Readable | null)[], maxCharacters = 65_536): () => string {
  let text = '';
  for (const stream of streams) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-maxCharacters);
    });
  }
  return () => text;
}
