import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../../scripts/stack/programs.ts';
import { skipFor } from '../../harness/requirement.ts';
import { type Manifest, readManifests } from './manifest.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Path of kubectl for the suite that calls it in a `before`; the suite is skipped without one. */
export function kubectlFor(suite: Mocha.Context): string {
  return findProgram('kubectl') ?? skipFor('no kubectl on PATH', suite);
}

/** What `kubectl kustomize` makes of a folder, given from the root. Throws what it says when it fails or warns. */
export function render(kubectl: string, folder: string): Manifest[] {
  const { status, stdout, stderr } = spawnSync(kubectl, ['kustomize', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0 || stderr !== '') throw new Error(`kubectl kustomize ${folder}: ${stderr || status}`);
  return readManifests(stdout);
}
