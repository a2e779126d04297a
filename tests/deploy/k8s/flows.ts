import {
  type INetworkPolicyPeer,
  type INetworkPolicyPort,
  NetworkPolicy,
} from 'kubernetes-models/networking.k8s.io/v1';
import { allOf, type Manifest } from './manifest.ts';
import { type Pods, podsOf } from './pods.ts';

/** Something that the network policies let pass. */
export interface Flow {
  /** Which pods, by what starts them. */
  readonly pods: Pods;
  readonly direction: 'in' | 'out';
  /** `undefined` for everybody. */
  readonly peer: INetworkPolicyPeer | undefined;
  /** First and last port; `undefined` for all. */
  readonly ports: readonly [number, number] | undefined;
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

/** Everything that the policies let in and out of the pods. */
export function flowsOf(manifests: readonly Manifest[]): Flow[] {
  return podsOf(manifests).flatMap((pods) =>
    allOf(manifests, NetworkPolicy.is)
      .filter(({ spec }) => selects(spec?.podSelector, pods.labels))
      .flatMap(({ spec }) => [
        ...(spec?.ingress ?? []).flatMap((rule) => combine(pods, 'in', rule.from, rule.ports)),
        ...(spec?.egress ?? []).flatMap((rule) => combine(pods, 'out', rule.to, rule.ports)),
      ]),
  );
}

/** Whether nothing passes that no policy names, for every pod of the namespace. */
export function deniesByDefault(manifests: readonly Manifest[]): boolean {
  return allOf(manifests, NetworkPolicy.is).some(
    ({ spec }) =>
      JSON.stringify(spec?.podSelector) === '{}' &&
      spec?.ingress === undefined &&
      spec?.egress === undefined &&
      spec?.policyTypes?.toSorted().join() === 'Egress,Ingress',
  );
}

/** Whether a label selector selects what has these labels. An operator other than In is not understood: throws. */
export function selects(
  selector: Selector | null | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  const wanted = Object.entries(selector?.matchLabels ?? {});
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    (selector?.matchExpressions ?? []).every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`${operator} in a label selector is not understood here`);
      return values?.includes(labels[key] ?? '') ?? false;
    })
  );
}

/** No peers, or no ports, means all of them. */
function combine(
  pods: Pods,
  direction: Flow['direction'],
  peers: readonly INetworkPolicyPeer[] | undefined,
  ports: readonly INetworkPolicyPort[] | undefined,
): Flow[] {
  const everyPeer = peers === undefined || peers.length === 0 ? [undefined] : peers;
  const everyPort = ports === undefined || ports.length === 0 ? [undefined] : ports.map(rangeOf);
  return everyPeer.flatMap((peer) => everyPort.map((range) => ({ pods, direction, peer, ports: range })));
}

function rangeOf({ port, endPort }: INetworkPolicyPort): readonly [number, number] | undefined {
  if (port === undefined) return undefined;
  if (typeof port !== 'number') throw new Error(`the port ${port} of a network policy is no number`);
  return [port, endPort ?? port];
}
