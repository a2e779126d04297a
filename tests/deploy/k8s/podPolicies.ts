import { type IContainer, Namespace, ServiceAccount } from 'kubernetes-models/v1';
import { complaints } from './complaints.ts';
import { allOf, type Manifest, nameOf } from './manifest.ts';
import { type Pods, podsOf } from './pods.ts';

const PINNED = /(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/;

/** Where a pod may do more than it needs, takes more than it says, or nobody can say which image it runs. */
export function podProblems(manifests: readonly Manifest[]): string[] {
  const accounts = allOf(manifests, ServiceAccount.is);
  return podsOf(manifests).flatMap((pods) => {
    const account = accounts.find(({ metadata }) => metadata.name === pods.spec.serviceAccountName);
    return [
      ...hostProblems(pods),
      ...complaints(pods.owner, {
        'has no service account of its own': account === undefined,
        'gets a token of the API server':
          pods.spec.automountServiceAccountToken !== false || account?.automountServiceAccountToken !== false,
      }),
      ...pods.containers.flatMap((container) => containerProblems(pods, container)),
    ];
  });
}

function hostProblems({ owner, spec }: Pods): string[] {
  return complaints(owner, {
    "shares the node's namespaces": [spec.hostNetwork, spec.hostPID, spec.hostIPC].includes(true),
    "sees the node's files": (spec.volumes ?? []).some(({ hostPath }) => hostPath !== undefined),
    'has variables for every Service of the namespace': spec.enableServiceLinks !== false,
  });
}

function containerProblems({ owner, spec }: Pods, container: IContainer): string[] {
  const pod = spec.securityContext;
  const { image = '', resources, securityContext: own } = container;
  const user = own?.runAsUser ?? pod?.runAsUser;
  const amounts = [resources?.requests, resources?.limits];
  return complaints(`${owner}, ${container.name}`, {
    'may run as root':
      (own?.runAsNonRoot ?? pod?.runAsNonRoot) !== true || user === undefined || user === null || user === 0,
    'has no seccomp profile': (own?.seccompProfile ?? pod?.seccompProfile)?.type !== 'RuntimeDefault',
    'may gain privileges': own?.allowPrivilegeEscalation !== false || own.privileged === true,
    'can write to its root file system': own?.readOnlyRootFilesystem !== true,
    'keeps capabilities': !own?.capabilities?.drop?.includes('ALL') || own.capabilities.add !== undefined,
    'does not say how much cpu and memory it needs, and at most gets': amounts.some(
      (amount) => amount?.cpu === undefined || amount.memory === undefined,
    ),
    'has an image that may change': !PINNED.test(image),
  });
}

/** Where the namespace takes pods that are not restricted, or an object is in another namespace. */
export function namespaceProblems(manifests: readonly Manifest[]): string[] {
  const namespaces = allOf(manifests, Namespace.is);
  const [namespace] = namespaces;
  const inside = manifests.filter((manifest) => !Namespace.is(manifest));
  return [
    ...complaints('namespace', {
      'there is not exactly one': namespaces.length !== 1,
      'pod security is not restricted': ['enforce', 'audit', 'warn'].some(
        (mode) => namespace?.metadata.labels?.[`pod-security.kubernetes.io/${mode}`] !== 'restricted',
      ),
    }),
    ...inside
      .filter(({ metadata }) => metadata.namespace !== namespace?.metadata.name)
      .map((manifest) => `${nameOf(manifest)}: is in another namespace`),
  ];
}
