import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { complaints } from './complaints.ts';
import { selects } from './flows.ts';
import { allOf, type Manifest, nameOf } from './manifest.ts';
import { podsOf } from './pods.ts';

const STATES = 'state=~"waiting|prioritized|active"';

/** Where autoscaling reads the wrong thing, takes silence for peace, or fights with a roll-out. */
export function scalingProblems(manifests: readonly Manifest[]): string[] {
  const deployments = allOf(manifests, Deployment.is);
  return allOf(manifests, ScaledObject.is).flatMap((scaled) => {
    const { spec } = scaled;
    const behavior = spec?.advanced?.horizontalPodAutoscalerConfig?.behavior;
    const target = deployments.find(({ metadata }) => metadata.name === spec?.scaleTargetRef.name);
    const triggers = (spec?.triggers ?? []).map(({ metadata }) => metadata);
    const { minReplicaCount = 0, maxReplicaCount = 100, fallback } = spec ?? {};
    return complaints(nameOf(scaled), {
      'scales nothing': target === undefined,
      'is undone by every roll-out': target?.spec?.replicas !== undefined,
      'does not count all jobs of its namespace': !triggers.every(
        ({ query = '' }) =>
          query.includes(STATES) &&
          query.includes(`rung_queue_jobs{namespace="${scaled.metadata.namespace}"`),
      ),
      'takes missing metrics for an empty queue': triggers.some(
        ({ ignoreNullValues }) => ignoreNullValues !== 'false',
      ),
      'has no number to fall back to':
        fallback === undefined || fallback.replicas < minReplicaCount || fallback.replicas > maxReplicaCount,
      'scales to zero': minReplicaCount < 1,
      'scales down at once': (behavior?.scaleDown?.stabilizationWindowSeconds ?? 0) < 60,
    });
  });
}

/** Where a service is not scraped, in an overlay that has monitoring. */
export function monitoringProblems(manifests: readonly Manifest[]): string[] {
  const monitors = allOf(manifests, PodMonitor.is);
  if (monitors.length === 0) return [];
  return podsOf(manifests)
    .filter(({ containers }) => containers.some(({ ports }) => ports?.some(({ name }) => name === 'ops')))
    .filter(
      ({ labels }) =>
        !monitors.some(
          ({ spec }) =>
            selects(spec?.selector, labels) &&
            spec?.podMetricsEndpoints?.some(({ port, path }) => port === 'ops' && path === '/metrics'),
        ),
    )
    .map(({ owner }) => `${owner}: is not scraped`);
}
