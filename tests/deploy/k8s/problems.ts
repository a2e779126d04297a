import { connectionProblems } from './connections.ts';
import { environmentProblems, referenceProblems } from './environment.ts';
import { imageProblems } from './images.ts';
import type { Manifest } from './manifest.ts';
import { networkProblems } from './networkPolicies.ts';
import { namespaceProblems, podProblems } from './podPolicies.ts';
import { monitoringProblems, scalingProblems } from './scaling.ts';
import { schemaProblems } from './schema.ts';
import { serviceProblems } from './servicePolicies.ts';

type Check = (manifests: readonly Manifest[]) => string[];

/** What must hold of every overlay, by what it means; each check returns what is wrong. */
export const checks: Readonly<Record<string, Check>> = {
  'keeps to the schemas, and has no unknown field': (manifests) => manifests.flatMap(schemaProblems),
  'is in one namespace that takes restricted pods only': namespaceProblems,
  'runs images that the Dockerfile builds, and programs that are in them': imageProblems,
  'starts pods that may do no more than they need': podProblems,
  'watches, drains and spreads every service': serviceProblems,
  'gives every container the environment that it reads, and nothing else': environmentProblems,
  'finds every ConfigMap, Secret and volume that it asks for': referenceProblems,
  'lets nothing through but what is needed': networkProblems,
  'scrapes every service': monitoringProblems,
  'scales by all jobs, and stays when it does not see them': scalingProblems,
  'stays below what its database allows, at its largest and in the middle of a roll-out': connectionProblems,
};
