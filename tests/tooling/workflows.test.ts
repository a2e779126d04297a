import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { root } from '../../scripts/run.ts';

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Record<
    string,
    { readonly uses?: string; readonly 'timeout-minutes'?: number; readonly steps?: { uses?: string }[] }
  >;
}

const folder = join(root, '.github/workflows');
const workflows = readdirSync(folder).map((name): [string, Workflow] => [
  name,
  parse(readFileSync(join(folder, name), 'utf8')),
]);

describe('the workflows', () => {
  for (const [name, { permissions, jobs }] of workflows) {
    it(`of ${name} name actions by digest, may read only what they need, and end by themselves`, () => {
      expect(permissions).to.deep.equal({ contents: 'read' });
      for (const [job, { uses, steps = [], ...rest }] of Object.entries(jobs)) {
        if (uses === undefined) expect(rest['timeout-minutes'], job).to.be.within(1, 60);
        for (const action of [uses, ...steps.map((step) => step.uses)].filter((each) => each !== undefined)) {
          expect(action).to.match(/^(\.\/\.github\/workflows\/[a-z]+\.yml|[\w-]+\/[\w-]+@[0-9a-f]{40})$/);
        }
      }
    });
  }
});
