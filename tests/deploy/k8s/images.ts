import { existsSync, readFileSync } from 'node:fs';
import { complaints } from './complaints.ts';
import type { Manifest } from './manifest.ts';
import { podsOf } from './pods.ts';

const root = new URL('../../../', import.meta.url);
const dockerfile = readFileSync(new URL('Dockerfile', root), 'utf8');
const targets = new Set([...dockerfile.matchAll(/^FROM .* AS (\w+)$/gm)].map(([, target]) => target));
const users = new Set([...dockerfile.matchAll(/^USER (\d+):\d+$/gm)].map(([, uid]) => Number(uid)));

/** Where a container's image is no target of the Dockerfile, its user none of the image's, or its program is not in it. */
export function imageProblems(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests).flatMap(({ owner, spec, containers }) =>
    containers.flatMap(({ name, image = '', command, args = [], securityContext }) => {
      const target = /\brung[-/](\w+)(?=[:@])/.exec(image)?.[1];
      const [program] = args;
      return complaints(`${owner}, ${name}`, {
        'has an image that is not ours': target === undefined || !targets.has(target),
        'runs as a user that its image does not have': !users.has(
          securityContext?.runAsUser ?? spec.securityContext?.runAsUser ?? 0,
        ),
        'has a command of its own, where images have node': command !== undefined,
        'runs a program that there is not': program !== undefined && !existsSync(new URL(program, root)),
      });
    }),
  );
}
