import { parseSync } from 'oxc-parser';

export interface FoundImport {
  /** As written: `./x.ts`, `node:fs`, `@rung/domain`. */
  readonly specifier: string;
  /** First is 1. */
  readonly line: number;
}

/**
 * All that a module imports or re-exports, types and `import()` of a constant included, in order. Throws when the text
 * is no TypeScript.
 */
export function readImports(path: string, text: string): FoundImport[] {
  const { module, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const found = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest)),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
      value: constantOf(text.slice(start, end)),
      start,
    })),
  ];
  return found
    .flatMap((request) =>
      request?.value === undefined
        ? []
        : [{ specifier: request.value, line: text.slice(0, request.start).split('\n').length }],
    )
    .sort((a, b) => a.line - b.line);
}

/** The text between quotes; undefined for an expression, which nobody can judge. */
function constantOf(source: string): string | undefined {
  return /^(['"`])([^'"`$]*)\1$/.exec(source)?.[2];
}
