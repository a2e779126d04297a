import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { findBoundaryViolations } from '../../scripts/boundaries.ts';

type Tree = Record<string, string | object>;

/** A small workspace that breaks no rule. */
const good: Tree = {
  'package.json': { name: 'rung', devDependencies: { chai: '1' } },
  'packages/domain/package.json': { name: '@rung/domain' },
  'packages/domain/src/index.ts': `export { next } from './ladder.ts';`,
  'packages/domain/src/ladder.ts': `import { hash } from 'node:crypto';\nexport const next = hash;`,
  'packages/domain/test/ladder.test.ts': `import 'chai'; import '../src/ladder.ts'; import '../../../tests/harness/x.ts';`,
  'packages/db/package.json': { name: '@rung/db', dependencies: { '@rung/domain': '1', pg: '1' } },
  'packages/db/src/index.ts': `import '@rung/domain'; import pg from 'pg';`,
  'services/gateway/package.json': { name: '@rung/gateway', dependencies: { '@rung/db': '1' } },
  'services/gateway/src/main.ts': `import '@rung/db';`,
  'services/gateway/test/x.test.ts': `import '../../../packages/domain/test/ladder.test.ts';`,
  'tests/harness/x.ts': `import '@rung/db'; import '../../services/gateway/src/main.ts';`,
  'scripts/demo.ts': `import '@rung/domain';`,
};

describe('boundaries', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rung-boundaries-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function violations(changes: Tree): string[] {
    for (const [path, content] of Object.entries({ ...good, ...changes })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return findBoundaryViolations(root);
  }

  it('finds nothing in a tree that keeps the rules', () => {
    expect(violations({})).to.deep.equal([]);
  });

  const bad: Record<string, { tree: Tree; says: string | string[] }> = {
    'an import that the table forbids': {
      tree: { 'packages/domain/src/ladder.ts': `\nimport { rows } from '@rung/db';` },
      says: 'packages/domain/src/ladder.ts:2 imports @rung/db, but may import no package of this workspace',
    },
    'a forbidden type': {
      tree: { 'packages/domain/src/ladder.ts': `import type { Row } from '@rung/db';` },
      says: 'packages/domain/src/ladder.ts:1 imports @rung/db, but may import no package of this workspace',
    },
    'a forbidden re-export': {
      tree: { 'packages/domain/src/ladder.ts': `export * from '@rung/db';` },
      says: 'packages/domain/src/ladder.ts:1 imports @rung/db, but may import no package of this workspace',
    },
    'a forbidden import() at run time': {
      tree: { 'packages/domain/src/ladder.ts': 'await import(`@rung/db`);' },
      says: 'packages/domain/src/ladder.ts:1 imports @rung/db, but may import no package of this workspace',
    },
    'a forbidden declaration that nothing uses yet': {
      tree: { 'packages/domain/package.json': { name: '@rung/domain', dependencies: { '@rung/db': '1' } } },
      says: 'packages/domain/package.json declares @rung/db, but may import no package of this workspace',
    },
    'an allowed package that is not declared': {
      tree: { 'services/gateway/src/main.ts': `import '@rung/domain';` },
      says: 'services/gateway/src/main.ts:1 imports @rung/domain, which is not among the dependencies of services/gateway/package.json',
    },
    'a library that only hoisting makes visible': {
      tree: { 'services/gateway/src/main.ts': `import pg from 'pg';` },
      says: 'services/gateway/src/main.ts:1 imports pg, which is not among the dependencies of services/gateway/package.json',
    },
    "a library that is only among a package's devDependencies": {
      tree: {
        'packages/domain/package.json': { name: '@rung/domain', devDependencies: { '@x/y': '1' } },
        'packages/domain/src/ladder.ts': `import '@x/y/deep.js';`,
        'packages/domain/test/ladder.test.ts': `import '@x/y/deep.js';`,
      },
      says: 'packages/domain/src/ladder.ts:1 imports @x/y, which is not among the dependencies of packages/domain/package.json',
    },
    "a test's library that nobody declares": {
      tree: { 'packages/domain/test/ladder.test.ts': `import 'mocha';` },
      says: "packages/domain/test/ladder.test.ts:1 imports mocha, which neither its package.json nor the root's declares",
    },
    'an import past the front door': {
      tree: { 'packages/db/src/index.ts': `import '@rung/domain/src/ladder.ts';` },
      says: 'packages/db/src/index.ts:1 imports @rung/domain/src/ladder.ts: only @rung/domain itself may be imported',
    },
    'the same from the tests': {
      tree: { 'tests/harness/x.ts': `import '@rung/domain/dist/index.js';` },
      says: 'tests/harness/x.ts:1 imports @rung/domain/dist/index.js: only @rung/domain itself may be imported',
    },
    'a path out of the package': {
      tree: { 'packages/db/src/index.ts': `import '../../domain/src/ladder.ts';` },
      says: 'packages/db/src/index.ts:1 leaves packages/db for packages/domain/src/ladder.ts: import packages by their name',
    },
    'a path from a script into a package': {
      tree: { 'scripts/demo.ts': `import '../packages/domain/src/ladder.ts';` },
      says: 'scripts/demo.ts:1 reaches into packages/domain: import @rung/domain by its name',
    },
    'production code that uses a test': {
      tree: { 'packages/domain/src/ladder.ts': `import '../test/ladder.test.ts';` },
      says: [
        'import cycle: packages/domain/src/ladder.ts → packages/domain/test/ladder.test.ts → packages/domain/src/ladder.ts',
        'packages/domain/src/ladder.ts:1 imports packages/domain/test/ladder.test.ts: production code may not use tests',
      ],
    },
    'a service that imports a service': {
      tree: {
        'services/worker/package.json': { name: '@rung/worker' },
        'services/worker/src/main.ts': `import '@rung/gateway';`,
      },
      says: 'services/worker/src/main.ts:1 imports the service @rung/gateway: nobody may',
    },
    'a service that reaches into a service': {
      tree: {
        'services/worker/package.json': { name: '@rung/worker' },
        'services/worker/src/main.ts': `import '../../gateway/src/main.ts';`,
      },
      says: 'services/worker/src/main.ts:1 leaves services/worker for services/gateway/src/main.ts: import packages by their name',
    },
    'a package that nobody has thought about': {
      tree: { 'packages/common/package.json': { name: '@rung/common' } },
      says: 'packages/common/package.json is not in the table of scripts/boundaries.ts: say whom it may import',
    },
    'a circle, types included, once': {
      tree: {
        'packages/domain/src/ladder.ts': `import './a.ts';`,
        'packages/domain/src/a.ts': `export type { B } from './b.ts';`,
        'packages/domain/src/b.ts': `import './a.ts';`,
      },
      says: 'import cycle: packages/domain/src/a.ts → packages/domain/src/b.ts → packages/domain/src/a.ts',
    },
    'a file that imports itself': {
      tree: { 'scripts/demo.ts': `import './demo.ts';` },
      says: 'import cycle: scripts/demo.ts → scripts/demo.ts',
    },
  };
  for (const [name, { tree, says }] of Object.entries(bad)) {
    it(`reports ${name}`, () => {
      expect(violations(tree)).to.deep.equal([says].flat());
    });
  }

  it('says which file is no TypeScript', () => {
    expect(() => violations({ 'scripts/demo.ts': 'import from from' })).to.throw('scripts/demo.ts');
  });
});
