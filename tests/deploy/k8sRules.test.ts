import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { prometheusRule, target } from '../../k8s/components/monitoring/rules.ts';

describe('k8s/components/monitoring/rules.yaml', () => {
  it('has the rules of infra/prometheus/rules; else run: node k8s/components/monitoring/rules.ts', () => {
    expect(parse(readFileSync(target, 'utf8'))).to.deep.equal(prometheusRule());
  });
});
