/** One sample of a scrape. */
export interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The series of a text in Prometheus' format. */
export function seriesOf(text: string): readonly Series[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, metric = '', inner = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
      if (metric === '') throw new Error(`no sample: ${line}`);
      const pairs = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        metric,
        labels: Object.fromEntries(pairs.map(([, label = '', value = '']) => [label, value])),
      };
    });
}
