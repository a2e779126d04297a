import { expect } from 'chai';
import { kubectlFor, render } from './k8s/kubectl.ts';
import type { Manifest } from './k8s/manifest.ts';
import { checks } from './k8s/problems.ts';

for (const overlay of ['dev', 'staging', 'prod']) {
  describe(`k8s/overlays/${overlay}`, () => {
    let manifests: readonly Manifest[];

    before(function () {
      manifests = render(kubectlFor(this), `k8s/overlays/${overlay}`);
    });

    for (const [sentence, problems] of Object.entries(checks)) {
      it(sentence, () => {
        expect(problems(manifests)).to.deep.equal([]);
      });
    }
  });
}
