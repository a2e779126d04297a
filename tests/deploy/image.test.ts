import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readImports } from '../../scripts/imports.ts';
import { readRepositoryFile } from './composeFile.ts';
import { inherited, readDockerfile } from './dockerfile.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const stages = readDockerfile();
const targets = ['gateway', 'scheduler', 'worker', 'tools', 'sandbox'];
const instructions = stages.flatMap((stage) => stage.instructions);

describe('the Dockerfile', () => {
  it('has a target for each service, the tools and the sandbox, and makes the gateway when none is named', () => {
    expect(stages.map(({ name }) => name)).to.include.members(targets);
    expect(stages.at(-1)?.name).to.equal('gateway');
  });

  it('starts from images of a version, and from its own stages', () => {
    const seen = new Set<string>();
    for (const { base, name } of stages) {
      if (!seen.has(base)) expect(base, name).to.match(/^(node:24-bookworm-slim|postgres:17-bookworm)$/);
      seen.add(name);
    }
  });

  it('runs everything as a numeric user who is not root, by node and without a shell', () => {
    for (const target of targets) {
      expect(inherited(stages, target, 'USER'), target).to.equal('1000:1000');
      expect(JSON.parse(inherited(stages, target, 'ENTRYPOINT') ?? ''), target).to.deep.equal([
        'node',
        '--import=/app/stopEarly.mjs',
      ]);
      const [program = ''] = JSON.parse(inherited(stages, target, 'CMD') ?? '[]');
      const source = program.replace('/dist/', '/src/').replace(/\.m?js$/, '.ts');
      expect(existsSync(resolve(root, source)), `${target}: ${source}`).to.equal(true);
    }
  });

  it('watches over services through node, at the port where they are', () => {
    for (const target of ['gateway', 'scheduler', 'worker', 'sandbox']) {
      const [, command = '[]'] = inherited(stages, target, 'HEALTHCHECK')?.split(' CMD ') ?? [];
      const [node, script, port] = JSON.parse(command);
      expect([node, script], target).to.deep.equal(['node', 'healthcheck.mjs']);
      expect(inherited(stages, target, 'ENV'), target).to.match(new RegExp(`\\b${port}=\\d+`));
    }
  });

  it('installs what runs from the lockfile, optional packages included, and runs none of their scripts', () => {
    const installs = instructions.flatMap(({ rest }) => rest.match(/npm (?:ci|install|i)\b[^&]*/g) ?? []);
    expect(installs).to.have.length(2);
    for (const install of installs) expect(install).to.match(/^npm ci .*--ignore-scripts/);
    expect(installs.filter((install) => install.includes('--omit=dev'))).to.have.length(1);
    expect(installs.join()).to.not.include('omit=optional');
  });

  it('takes no secret and needs no newer builder', () => {
    for (const { keyword, rest } of instructions) {
      expect(['ARG', 'ADD', 'ONBUILD', 'SHELL']).to.not.include(keyword);
      expect(rest).to.not.match(/--mount|--link|--parents|<<|(PASSWORD|TOKEN|SECRET)=/);
    }
  });

  it('is given what it needs by .dockerignore, and neither .env nor history nor tests', () => {
    const lines = readRepositoryFile('.dockerignore')
      .split('\n')
      .filter((line) => /^[^#]/.test(line));
    expect(lines[0]).to.equal('*');
    const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = instructions
      .filter(({ keyword, rest }) => keyword === 'COPY' && !rest.startsWith('--from'))
      .flatMap(({ rest }) => rest.split(' ').slice(0, -1))
      .map((path) => path.split('/')[0]);
    expect([...new Set(copied)].sort()).to.deep.equal(allowed.sort());
    expect(lines).to.include.members(['**/node_modules', '**/dist', '**/test']);
  });
});

describe('what the image runs beside the services', () => {
  const { packages } = JSON.parse(readRepositoryFile('package-lock.json'));
  const manifest = JSON.parse(readRepositoryFile('package.json'));

  for (const project of ['tools', 'sandbox']) {
    it(`imports only what is there without development dependencies: ${project}`, () => {
      const { files } = JSON.parse(readRepositoryFile(`scripts/tsconfig.${project}.json`));
      const seen = new Set<string>();
      const bare = new Set<string>();
      const visit = (file: string): void => {
        if (seen.has(file)) return;
        seen.add(file);
        for (const { specifier } of readImports(file, readFileSync(file, 'utf8'))) {
          if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier));
          else if (!specifier.startsWith('node:')) bare.add(specifier);
        }
      };
      for (const file of files) visit(resolve(root, 'scripts', file));
      expect([...bare]).to.include('@rung/platform');
      for (const name of bare) {
        const entry = packages[`node_modules/${name}`];
        expect(entry, `${name} is not installed`).to.not.equal(undefined);
        expect(entry.dev, `${name} is there in development only`).to.equal(undefined);
      }
      expect(manifest.dependencies, 'the root has none of its own').to.equal(undefined);
    });
  }

  it('keeps the emulator of the Bot API out of what is deployed', () => {
    const deployed = stages.filter(({ name }) => !['sandbox', 'manifests', 'build'].includes(name));
    for (const { name, instructions: own } of deployed) {
      const copies = own.filter(({ keyword }) => keyword === 'COPY').map(({ rest }) => rest);
      expect(copies.join(), name).to.not.include('sandbox');
    }
    expect(instructions.some(({ rest }) => rest.includes('mv packages/sandbox ./sandbox'))).to.equal(true);
  });
});
