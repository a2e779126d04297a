import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { Deployment, type IDeployment } from 'kubernetes-models/apps/v1';
import { Namespace } from 'kubernetes-models/v1';
import { variablesOf } from './environment.ts';
import { allOf, type Manifest } from './manifest.ts';

/** Where an overlay says what its database allows. */
const LIMIT_ANNOTATION = 'rung/database-max-connections';

/** A worker's isolation process has a pool of its own. */
const ISOLATION_POOL = 2;

/** What a process opens besides for a queue in PostgreSQL. */
const QUEUE_POOL = 12;

/** The migration, a backup and an operator's command at a time, two each. */
const TOOLS = 6;

/** PgConnections fires at that share of the limit: a roll-out at full size must stay below. */
const ALERT_SHARE = 0.8;

/**
 * Whether an overlay can open more connections than its database should have: every service in the middle of a roll-out
 * at its largest size. With minReadySeconds above the grace period no more pods are on their way out at a time than one
 * step of the roll-out takes down.
 */
export function connectionProblems(manifests: readonly Manifest[]): string[] {
  const limit = Number(allOf(manifests, Namespace.is)[0]?.metadata.annotations?.[LIMIT_ANNOTATION]);
  const most = allOf(manifests, Deployment.is)
    .map((deployment) => podsAtMost(deployment, manifests) * connectionsOfPod(deployment, manifests))
    .reduce((sum, each) => sum + each, TOOLS);
  return most < limit * ALERT_SHARE
    ? []
    : [`up to ${most} connections, which is not below ${ALERT_SHARE * 100} % of ${limit}`];
}

function connectionsOfPod({ spec }: IDeployment, manifests: readonly Manifest[]): number {
  const pools = (spec?.template.spec?.containers ?? []).map((container) => {
    const variables = variablesOf(container, manifests);
    if (variables.DATABASE_URL === undefined) return 0;
    const queue = variables.QUEUE_URL === undefined ? QUEUE_POOL : 0;
    const isolation = container.name === 'worker' ? ISOLATION_POOL + queue : 0;
    return Number(variables.DATABASE_POOL_SIZE) + queue + isolation;
  });
  return pools.reduce((sum, each) => sum + each, 0);
}

function podsAtMost({ metadata, spec }: Manifest & IDeployment, manifests: readonly Manifest[]): number {
  const scaled = allOf(manifests, ScaledObject.is).find(
    (each) => each.spec?.scaleTargetRef.name === metadata.name,
  );
  const replicas = scaled?.spec?.maxReplicaCount ?? spec?.replicas ?? 1;
  if (spec?.strategy?.type === 'Recreate') return replicas;
  const surge = Number(spec?.strategy?.rollingUpdate?.maxSurge);
  const unavailable = Number(spec?.strategy?.rollingUpdate?.maxUnavailable);
  return replicas + surge + (surge + unavailable);
}
