import { Deployment, type IDeployment } from 'kubernetes-models/apps/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IContainer, IProbe } from 'kubernetes-models/v1';
import { complaints } from './complaints.ts';
import { variablesOf } from './environment.ts';
import { allOf, type Manifest, nameOf } from './manifest.ts';

/** The services of Rung, which have an ops port each; the sandbox is none. */
const SERVICES = ['gateway', 'scheduler', 'worker'];
const TOPOLOGIES = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'];

/** Where a service cannot be watched, stopped or moved without harm. */
export function serviceProblems(manifests: readonly Manifest[]): string[] {
  const deployments = allOf(manifests, Deployment.is).filter(({ metadata }) =>
    SERVICES.includes(metadata.name),
  );
  return [
    ...SERVICES.filter((name) => !deployments.some(({ metadata }) => metadata.name === name)).map(
      (name) => `${name}: is not deployed`,
    ),
    ...deployments.flatMap((deployment) => {
      const [container] = deployment.spec?.template.spec?.containers ?? [];
      if (container === undefined) return [`${nameOf(deployment)}: has no container`];
      return [
        ...probeProblems(nameOf(deployment), container),
        ...stopProblems(deployment, container, manifests),
        ...moveProblems(deployment, manifests),
      ];
    }),
  ];
}

function probeProblems(about: string, { startupProbe, livenessProbe, readinessProbe }: IContainer): string[] {
  const asks = (probe: IProbe | undefined, path: string): boolean =>
    probe?.httpGet?.path === path && probe.httpGet.port === 'ops';
  return complaints(about, {
    'is not given time to start': !asks(startupProbe, '/healthz'),
    'is not judged by its progress': !asks(livenessProbe, '/healthz'),
    'gets work before its dependencies are there': !asks(readinessProbe, '/readyz'),
  });
}

function stopProblems(
  deployment: Manifest & IDeployment,
  container: IContainer,
  manifests: readonly Manifest[],
): string[] {
  const { spec } = deployment;
  const variables = variablesOf(container, manifests);
  const port = (name: string): string | undefined =>
    container.ports?.find((each) => each.name === name)?.containerPort.toString();
  const graceSeconds = spec?.template.spec?.terminationGracePeriodSeconds ?? 30;
  const waitsSeconds = container.lifecycle?.preStop?.sleep?.seconds;
  const drainSeconds = Number(variables.SHUTDOWN_GRACE_MS) / 1000;
  return complaints(nameOf(deployment), {
    'has its ops port elsewhere': port('ops') !== variables.OPS_PORT,
    'has its port elsewhere': port('http') !== variables.PORT,
    'is stopped while requests still come': waitsSeconds === undefined,
    'is killed before it has drained': !(graceSeconds > (waitsSeconds ?? 0) + drainSeconds),
    'rolls on while the last pod still holds its connections':
      spec?.strategy?.type !== 'Recreate' && (spec?.minReadySeconds ?? 0) <= graceSeconds,
  });
}

function moveProblems(deployment: Manifest & IDeployment, manifests: readonly Manifest[]): string[] {
  const labels = JSON.stringify(deployment.spec?.selector.matchLabels);
  const spread = (deployment.spec?.template.spec?.topologySpreadConstraints ?? [])
    .filter(
      ({ labelSelector, maxSkew }) => maxSkew === 1 && JSON.stringify(labelSelector?.matchLabels) === labels,
    )
    .map(({ topologyKey }) => topologyKey);
  const budgets = allOf(manifests, PodDisruptionBudget.is).filter(
    ({ spec }) => JSON.stringify(spec?.selector?.matchLabels) === labels,
  );
  return complaints(nameOf(deployment), {
    'may be all on one node or in one zone': !TOPOLOGIES.every((topology) => spread.includes(topology)),
    'has not exactly one disruption budget': budgets.length !== 1,
    'has a budget that lets all go, or none': budgets.some(({ spec }) => spec?.maxUnavailable !== 1),
  });
}
