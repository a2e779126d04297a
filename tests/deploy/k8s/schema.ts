import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { PodMonitor, PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { CronJob, Job } from 'kubernetes-models/batch/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, PersistentVolumeClaim, Service, ServiceAccount } from 'kubernetes-models/v1';
import { type Manifest, nameOf } from './manifest.ts';
import { unreadFields } from './unreadFields.ts';

const models = [
  ConfigMap,
  CronJob,
  Deployment,
  ExternalSecret,
  Ingress,
  Job,
  Namespace,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  PodMonitor,
  PrometheusRule,
  ScaledObject,
  Service,
  ServiceAccount,
];

/** Where an object breaks the schema of its kind, unknown fields included, which the validators themselves let pass. */
export function schemaProblems(manifest: Manifest): string[] {
  const model = models.find(({ is }) => is(manifest));
  if (model === undefined)
    return [`${nameOf(manifest)}: no schema for ${manifest.apiVersion} ${manifest.kind}`];
  const problems: string[] = [];
  const unknown = unreadFields(manifest, (standIn) => {
    try {
      model.prototype.validate.call(standIn);
    } catch (error) {
      problems.push(`${nameOf(manifest)}: ${error instanceof Error ? error.message : error}`);
    }
  });
  return [...problems, ...unknown.map((path) => `${nameOf(manifest)}: unknown field ${path}`)];
}
