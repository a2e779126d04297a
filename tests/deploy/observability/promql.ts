import { parser } from '@prometheus-io/lezer-promql';

/** What a query reads: a metric, and what its labels must be. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

type Node = ReturnType<typeof parser.parse>['topNode'];

/** Every selector of a query, in order. Throws when it is no PromQL. */
export function selectorsOf(query: string): Selector[] {
  const found: Selector[] = [];
  parser.parse(query).iterate({
    enter({ type, from, node }) {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${query}`);
      if (type.name === 'VectorSelector') found.push(selectorOf(node, query));
    },
  });
  return found;
}

function selectorOf(node: Node, query: string): Selector {
  const text = (part: Node | null) => (part === null ? '' : query.slice(part.from, part.to));
  const matchers = (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map(
    (matcher) => ({
      label: text(matcher.getChild('LabelName')),
      op: text(matcher.getChild('MatchOp')) as Matcher['op'],
      value: text(matcher.getChild('StringLiteral')).slice(1, -1),
    }),
  );
  return { metric: text(node.getChild('Identifier')), matchers };
}

/** Whether a series with these labels is one that the matchers select. */
export function selects(matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean {
  return matchers.every(({ label, op, value }) => {
    const actual = labels[label] ?? '';
    const same = op.endsWith('~') ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
    return op.startsWith('!') ? !same : same;
  });
}
