import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, run } from './run.ts';
import type { Step } from './steps.ts';

/** What of the scripts runs in containers, and is built for them against what was built before. */
const containerProjects = ['scripts/tsconfig.tools.json', 'scripts/tsconfig.sandbox.json'];

/** Compiles everything to `dist` and makes sure that nothing has been forgotten in the root's tsconfig.json. */
export const buildStep: Step = {
  name: 'build',
  run: async () => {
    for (const args of [['-b'], ...containerProjects.map((project) => ['-p', project])]) {
      const { ok, output } = await run('tsc', args);
      if (!ok) return { ok, output };
    }
    const missing = globSync('{packages,services}/*/src/{index,main}.ts', { cwd: root })
      .map((entry) => join(dirname(dirname(entry)), 'dist', entry.replace(/.*\/(\w+)\.ts$/, '$1.js')))
      .filter((built) => !existsSync(join(root, built)));
    return { ok: missing.length === 0, output: missing.map((built) => `${built} was not built`).join('\n') };
  },
};
