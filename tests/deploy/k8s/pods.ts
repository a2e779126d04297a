import { Deployment } from 'kubernetes-models/apps/v1';
import { CronJob, Job } from 'kubernetes-models/batch/v1';
import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import { allOf, type Manifest, nameOf } from './manifest.ts';

/** The pods that a Deployment, Job or CronJob starts. */
export interface Pods {
  /** Kind and name of what starts them. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: IPodSpec;
  /** Init containers first. */
  readonly containers: readonly IContainer[];
}

/** All pods that the objects start. */
export function podsOf(manifests: readonly Manifest[]): Pods[] {
  const owners = [
    ...allOf(manifests, Deployment.is).map((each) => ({ each, template: each.spec?.template })),
    ...allOf(manifests, Job.is).map((each) => ({ each, template: each.spec?.template })),
    ...allOf(manifests, CronJob.is).map((each) => ({
      each,
      template: each.spec?.jobTemplate.spec?.template,
    })),
  ];
  return owners.flatMap(({ each, template }) =>
    template?.spec === undefined
      ? []
      : [
          {
            owner: nameOf(each),
            labels: template.metadata?.labels ?? {},
            spec: template.spec,
            containers: [...(template.spec.initContainers ?? []), ...template.spec.containers],
          },
        ],
  );
}
