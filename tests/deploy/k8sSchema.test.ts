import { expect } from 'chai';
import { kubectlFor, render } from './k8s/kubectl.ts';
import { type Manifest, nameOf, readManifests } from './k8s/manifest.ts';
import { schemaProblems } from './k8s/schema.ts';
import { unreadFields } from './k8s/unreadFields.ts';

describe('the schemas of Kubernetes objects', () => {
  it('find an unknown field wherever it is, in every object of production', function () {
    this.timeout(60_000);
    const manifests = render(kubectlFor(this), 'k8s/overlays/prod');
    const missed = manifests.flatMap((manifest) =>
      // Amounts of cpu and memory are a map: other resources have names of their own, such as nvidia.com/gpu.
      objectsIn(manifest)
        .filter(({ path }) => !/\/(requests|limits)$/.test(path))
        .filter(({ path, value }) => {
          Object.assign(value, { surprise: 1 });
          const found = schemaProblems(manifest).some((problem) => problem.includes(`${path}/surprise`));
          Reflect.deleteProperty(value, 'surprise');
          return !found;
        })
        .map(({ path }) => `${nameOf(manifest)}${path}`),
    );
    expect(missed).to.deep.equal([]);
  });

  it('refuse a kind that nobody has a schema of', () => {
    const [manifest] = readManifests('apiVersion: apps/v1\nkind: Deploiment\nmetadata:\n  name: gateway');
    expect(manifest && schemaProblems(manifest)).to.deep.equal([
      'Deploiment gateway: no schema for apps/v1 Deploiment',
    ]);
  });

  it('refuse a key that is there twice, of which kubectl would keep the last', () => {
    expect(() => readManifests('apiVersion: v1\nkind: Service\nkind: Pod\nmetadata:\n  name: a')).to.throw(
      'Map keys must be unique',
    );
  });
});

describe('fields that nobody reads', () => {
  const value = { known: { inner: 1, other: [{ a: 1, b: 2 }] }, map: { x: 1 }, unknown: { inner: 1 } };

  it('are named by their path, outermost only', () => {
    const paths = unreadFields(value, (standIn) => {
      const { known, map } = standIn as typeof value;
      for (const { a } of known.other) expect(a).to.equal(1);
      Object.keys(map);
    });
    expect(paths).to.deep.equal(['/known/inner', '/known/other/0/b', '/unknown']);
  });

  it('are none when all is read', () => {
    expect(unreadFields(value, (standIn) => void JSON.stringify(standIn))).to.deep.equal([]);
  });
});

function objectsIn(manifest: Manifest): { path: string; value: object }[] {
  const found: { path: string; value: object }[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) found.push({ path, value });
    for (const [key, child] of Object.entries(value)) walk(child, `${path}/${key}`);
  };
  walk(manifest, '');
  return found;
}
