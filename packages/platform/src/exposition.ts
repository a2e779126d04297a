/**
 * Makes one text of several in Prometheus' text format, as prom-client writes it: each metric's help and type once, with
 * the samples of all texts below it. The texts must not share a series.
 */
export function joinExpositions(texts: readonly string[]): string {
  const metrics = new Map<string, string[]>();
  const described = new Set<string>();
  let current: string[] = [];
  for (const line of texts.join('\n').split('\n')) {
    if (line === '') continue;
    const [description, name] = /^# (?:HELP|TYPE) (\S+)/.exec(line) ?? [];
    if (description !== undefined && name !== undefined) {
      current = metrics.get(name) ?? [];
      metrics.set(name, current);
      if (described.has(description)) continue;
      described.add(description);
    }
    current.push(line);
  }
  return `${[...metrics.values()].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
