/**
 * One way round for every knot of nodes that lead to each other, first node repeated at the end. `graph` is node → where
 * it leads; nodes that only appear as targets lead nowhere.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const settled = new Set<string>();
  const path: string[] = [];

  function visit(node: string): void {
    const at = path.indexOf(node);
    if (at >= 0) cycles.push([...path.slice(at), node]);
    if (at >= 0 || settled.has(node)) return;
    path.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    path.pop();
    settled.add(node);
  }

  for (const node of graph.keys()) visit(node);
  return cycles;
}
