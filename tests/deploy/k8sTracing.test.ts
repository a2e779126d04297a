import { expect } from 'chai';
import { variablesOf } from './k8s/environment.ts';
import { kubectlFor, render } from './k8s/kubectl.ts';
import type { Manifest } from './k8s/manifest.ts';
import { podsOf } from './k8s/pods.ts';
import { checks } from './k8s/problems.ts';

describe('k8s/components/tracing', () => {
  let kubectl: string;
  before(function () {
    kubectl = kubectlFor(this);
  });

  const problemsOf = (manifests: readonly Manifest[]): string[] =>
    Object.values(checks).flatMap((problems) => problems(manifests));

  it('tells every service alike where traces go, and lets it through to there', () => {
    const manifests = render(kubectl, 'tests/deploy/fixtures/k8s-tracing');
    expect(problemsOf(manifests)).to.deep.equal([]);
    const told = podsOf(manifests).flatMap(({ containers }) =>
      containers.flatMap((container) => {
        const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio } = variablesOf(
          container,
          manifests,
        );
        return endpoint === undefined ? [] : [`${container.name} ${ratio} ${endpoint}`];
      }),
    );
    expect(told.sort()).to.deep.equal(
      ['gateway', 'scheduler', 'worker'].map((name) => `${name} 0.1 http://otel-collector.monitoring:4318`),
    );
  });

  it('is found wanting when a collector is named that the network policies do not let through to', () => {
    const manifests = render(kubectl, 'tests/deploy/fixtures/k8s-tracing-elsewhere');
    expect(problemsOf(manifests)).to.deep.equal([
      'Deployment scheduler: cannot reach the collector of its traces',
    ]);
  });
});
