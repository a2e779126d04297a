import { parseAllDocuments } from 'yaml';

/** An object of Kubernetes as it is applied, of whatever kind. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** The objects in a stream of YAML documents. Throws on bad YAML, also on a key that is there twice. */
export function readManifests(yaml: string): Manifest[] {
  return parseAllDocuments(yaml).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS();
    if (!isManifest(value)) throw new Error(`no object of Kubernetes: ${JSON.stringify(value)}`);
    return value;
  });
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, metadata } = value as Partial<Record<keyof Manifest, unknown>>;
  if (typeof metadata !== 'object' || metadata === null || !('name' in metadata)) return false;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata.name === 'string';
}

/** Those of one kind: `allOf(manifests, Deployment.is)`. */
export function allOf<T>(
  manifests: readonly Manifest[],
  is: (value: unknown) => value is T,
): (Manifest & T)[] {
  return manifests.flatMap((manifest) => (is(manifest) ? [manifest] : []));
}

/** Kind and name: what a complaint begins with. */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}
