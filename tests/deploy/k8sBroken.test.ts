import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { kubectlFor, render } from './k8s/kubectl.ts';
import { checks } from './k8s/problems.ts';

const fixtures = 'tests/deploy/fixtures/k8s';

/** Each is production with something broken, by the folder it is in: what all checks together say of it. */
const broken: Readonly<Record<string, readonly string[]>> = {
  'fast-roll-out': ['Deployment worker: rolls on while the last pod still holds its connections'],
  'foreign-image': ['Deployment gateway, gateway: has an image that is not ours'],
  host: ["Deployment worker: shares the node's namespaces", "Deployment worker: sees the node's files"],
  'large-bodies': ['Ingress gateway: takes larger bodies than the gateway'],
  'latest-image': ['Deployment gateway, gateway: has an image that may change'],
  'missing-limits': [
    'Deployment gateway, gateway: does not say how much cpu and memory it needs, and at most gets',
  ],
  'missing-variable': [
    'Deployment worker, worker: DATABASE_URL is not set: it must be an address like postgres://user:password@host:5432/database',
    'Deployment worker, worker: TELEGRAM_BOT_TOKEN is not set: it must be the token from @BotFather, digits, a colon and at least 30 of A-Za-z0-9_-',
  ],
  'misspelt-name': ['Deployment gateway: unknown field /spec/template/spec/terminationGracePeriod'],
  'more-privileges': [
    'Deployment gateway, gateway: has no seccomp profile',
    'Deployment gateway, gateway: may gain privileges',
    'Deployment gateway, gateway: keeps capabilities',
  ],
  'no-default-deny': ['network: what no policy names is let through'],
  'no-disruption-budget': ['Deployment scheduler: has not exactly one disruption budget'],
  'no-liveness': ['Deployment worker: is not judged by its progress'],
  'not-scraped': ['Deployment worker: is not scraped'],
  'one-zone': ['Deployment scheduler: may be all on one node or in one zone'],
  'open-egress': [
    'Deployment worker, out: every port passes',
    'Deployment worker, out: the internet passes other than by https',
  ],
  'open-namespace': ['namespace: pod security is not restricted'],
  'open-ops-port': [
    'Deployment gateway, in: anybody passes',
    'Deployment scheduler, in: anybody passes',
    'Deployment worker, in: anybody passes',
    'Deployment gateway: shows its metrics to others than monitoring',
    'Deployment gateway: is not reached by monitoring',
    'Deployment scheduler: shows its metrics to others than monitoring',
    'Deployment scheduler: is not reached by monitoring',
    'Deployment worker: shows its metrics to others than monitoring',
    'Deployment worker: is not reached by monitoring',
  ],
  'plain-http': ['Ingress gateway: has a host without TLS'],
  'public-metrics': ['Ingress gateway: leads elsewhere than to the webhook'],
  'replicas-twice': ['ScaledObject worker: is undone by every roll-out'],
  root: [
    'Deployment gateway, gateway: runs as a user that its image does not have',
    'Deployment gateway, gateway: may run as root',
  ],
  'root-container': [
    'CronJob backup, backup: runs as a user that its image does not have',
    'CronJob backup, backup: may run as root',
  ],
  'scales-by-waiting-alone': ['ScaledObject worker: does not count all jobs of its namespace'],
  'short-grace': ['Deployment gateway: is killed before it has drained'],
  'silence-is-peace': [
    'ScaledObject worker: takes missing metrics for an empty queue',
    'ScaledObject worker: has no number to fall back to',
  ],
  token: ['Deployment scheduler: gets a token of the API server'],
  'too-many-workers': ['up to 339 connections, which is not below 80 % of 400'],
  'unknown-field': [
    'Deployment gateway: unknown field /spec/template/spec/containers/0/readinessProbe/intervalSeconds',
  ],
  'unknown-program': ['Job migration, migrate: runs a program that there is not'],
  'unknown-secret': ['Deployment scheduler: there is no key DATABASE_URL in a Secret rung'],
  'unreachable-database': [
    'Deployment gateway: cannot reach its database',
    'Deployment scheduler: cannot reach its database',
    'Deployment worker: cannot reach its database',
    'Job migration: cannot reach its database',
    'CronJob backup: cannot reach its database',
    'CronJob restore-drill: cannot reach its database',
  ],
  'unread-variable': ['Deployment gateway, gateway: does not read TICK_INTERVAL_MS'],
  'writable-root': ['Deployment worker, worker: can write to its root file system'],
  'wrong-probe-port': ['Deployment gateway: gets work before its dependencies are there'],
  'wrong-type': [
    'Deployment gateway: data/spec/replicas must be integer',
    'up to 1773 connections, which is not below 80 % of 400',
  ],
  'wrong-value': ['Deployment scheduler, scheduler: LOG_LEVEL must be error, warn, info or debug'],
};

describe('a broken overlay', () => {
  let kubectl: string;

  before(function () {
    kubectl = kubectlFor(this);
  });

  it('has a case for every fixture', () => {
    const folders = readdirSync(new URL(`../../${fixtures}`, import.meta.url));
    expect(folders.sort()).to.deep.equal(Object.keys(broken).sort());
  });

  for (const [folder, complaints] of Object.entries(broken)) {
    it(`is found out: ${folder.replaceAll('-', ' ')}`, () => {
      const manifests = render(kubectl, `${fixtures}/${folder}`);
      expect(Object.values(checks).flatMap((problems) => problems(manifests))).to.deep.equal(complaints);
    });
  }
});
