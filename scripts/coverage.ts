import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { root, run } from './run.ts';
import type { Step } from './steps.ts';

const measured = ['packages/*/src/**/*.ts', 'services/*/src/**/*.ts'];

const counts = z.object({ total: z.number(), covered: z.number() });
const summary = z.record(z.string(), z.object({ lines: counts, branches: counts }));
type Files = z.output<typeof summary>;

/** Judges what V8 has written to `folder` while the tests and the processes that they started ran. */
export function coverageSteps(folder: string): readonly Step[] {
  let report: Promise<Files> | undefined;
  const step = (name: string, judge: (files: Files) => { ok: boolean; output: string }): Step => ({
    name,
    run: async () => {
      try {
        report ??= makeReport(folder);
        return judge(await report);
      } catch (error) {
        return { ok: false, output: String(error) };
      }
    },
  });
  return [
    step('coverage: 95 % of the branches of packages/domain', (files) =>
      judge(files, 'branches', 95, (path) => path.startsWith('packages/domain/')),
    ),
    step('coverage: 85 % of all lines', (files) => {
      console.log(table(files));
      return judge(files, 'lines', 85, () => true);
    }),
  ];
}

async function makeReport(folder: string): Promise<Files> {
  const target = join(folder, 'report');
  const { ok, output } = await run('c8', [
    'report',
    `--temp-directory=${folder}`,
    `--reports-dir=${target}`,
    '--reporter=json-summary',
    // A file that no test loads counts as not covered.
    '--all',
    '--src=packages',
    '--src=services',
    ...measured.map((pattern) => `--include=${pattern}`),
    ...typeOnlyFiles().map((path) => `--exclude=${path}`),
  ]);
  if (!ok) throw new Error(`c8 failed: ${output}`);
  const { total: _, ...files } = summary.parse(
    JSON.parse(readFileSync(join(target, 'coverage-summary.json'), 'utf8')),
  );
  return Object.fromEntries(Object.entries(files).map(([path, entry]) => [relative(root, path), entry]));
}

/** Nobody ever loads a file that only declares types. */
function typeOnlyFiles(): string[] {
  return measured
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((path) => {
      const code = stripTypeScriptTypes(readFileSync(join(root, path), 'utf8'));
      return code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|export\s*\{\s*\};?/g, '').trim() === '';
    });
}

function judge(
  files: Files,
  kind: 'lines' | 'branches',
  wantedPercent: number,
  isMeant: (path: string) => boolean,
): { ok: boolean; output: string } {
  const meant = Object.entries(files).filter(([path]) => isMeant(path));
  const percent = percentOf(meant.map(([, entry]) => entry[kind]));
  const open = meant
    .map(([path, entry]) => ({ path, open: entry[kind].total - entry[kind].covered }))
    .filter(({ open }) => open > 0)
    .sort((a, b) => b.open - a.open);
  const worst = open.slice(0, 15).map(({ path, open }) => `${path}: ${open} ${kind} not covered`);
  return {
    ok: percent >= wantedPercent,
    output: [`${percent.toFixed(1)} % of ${kind}, wanted ${wantedPercent} %`, ...worst].join('\n'),
  };
}

function table(files: Files): string {
  const rooms = Map.groupBy(Object.entries(files), ([path]) => path.split('/').slice(0, 2).join('/'));
  const row = (name: string, entries: Files[string][]): string => {
    const lines = percentOf(entries.map((entry) => entry.lines)).toFixed(1);
    const branches = percentOf(entries.map((entry) => entry.branches)).toFixed(1);
    return `  ${name.padEnd(22)}${lines.padStart(7)} % of lines${branches.padStart(7)} % of branches`;
  };
  const rows = [...rooms].map(([room, entries]) =>
    row(
      room,
      entries.map(([, entry]) => entry),
    ),
  );
  return [...rows.sort(), row('all', Object.values(files))].join('\n');
}

function percentOf(parts: readonly { total: number; covered: number }[]): number {
  const total = parts.reduce((sum, part) => sum + part.total, 0);
  const covered = parts.reduce((sum, part) => sum + part.covered, 0);
  return total === 0 ? 0 : (100 * covered) / total;
}
