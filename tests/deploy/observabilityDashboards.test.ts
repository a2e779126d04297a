import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { expect } from 'chai';
import { parse } from 'yaml';
import { boards } from '../../infra/grafana/src/boards.ts';
import { selectorsOf } from './observability/promql.ts';
import { panelQueries } from './observability/queries.ts';
import { inRepository } from './observability/rules.ts';

const COLUMNS = 24;
const all = boards();

describe('dashboards', () => {
  it('are committed as the code writes them', () => {
    expect(readdirSync(inRepository('infra/grafana/dashboards')).toSorted()).to.deep.equal(
      all.map(({ file }) => file).toSorted(),
    );
    for (const { file, dashboard } of all) {
      const committed = readFileSync(inRepository(`infra/grafana/dashboards/${file}`), 'utf8');
      expect(committed, `${file}: run npm run dashboards`).to.equal(
        `${JSON.stringify(dashboard, null, 2)}\n`,
      );
    }
  });

  it('have addresses and titles of their own', () => {
    expect(new Set(all.map(({ dashboard }) => dashboard.uid)).size).to.equal(all.length);
    expect(new Set(all.map(({ dashboard }) => dashboard.title)).size).to.equal(all.length);
  });

  it('ask in PromQL', () => {
    for (const { query, place } of panelQueries()) expect(selectorsOf(query), place).to.have.length.above(0);
  });

  it('are provisioned from where compose puts them', () => {
    const read = (path: string) =>
      parse(readFileSync(inRepository(`infra/grafana/provisioning/${path}`), 'utf8'));
    const [provider] = read('dashboards/rung.yml').providers;
    const compose = readFileSync(inRepository('docker-compose.yml'), 'utf8');
    expect(compose).to.include(`./infra/grafana/dashboards:${provider.options.path}:ro`);
    expect(compose).to.include('./infra/grafana/provisioning:/etc/grafana/provisioning:ro');
    const [source] = read('datasources/prometheus.yml').datasources;
    expect(source).to.include({ type: 'prometheus', url: 'http://prometheus:9090' });
    const prometheus = parse(readFileSync(inRepository('infra/prometheus/prometheus.yml'), 'utf8'));
    expect(source.jsonData.timeInterval).to.equal(prometheus.global.scrape_interval);
  });

  for (const { file, dashboard } of all) {
    describe(file, () => {
      const panels = (dashboard.panels ?? []).filter((panel): panel is Panel => panel.type !== 'row');

      it('explains every panel, and names its unit', () => {
        for (const panel of panels) {
          expect(panel.description, panel.title).to.match(/^\S.{20,}\.$/);
          if (panel.type !== 'table')
            expect(panel.fieldConfig?.defaults.unit, panel.title).to.match(/^[a-z]+$/);
        }
        expect(panels.length).to.be.above(10);
      });

      it('fills the width, and lays no panel over another', () => {
        const taken = new Set<string>();
        for (const { gridPos: at, title } of dashboard.panels ?? []) {
          if (at === undefined) throw new Error(`${title} has no place`);
          for (let y = at.y; y < at.y + at.h; y++) {
            for (let x = at.x; x < at.x + at.w; x++) {
              expect(x, title).to.be.below(COLUMNS);
              expect(taken.has(`${x} ${y}`), title).to.equal(false);
              taken.add(`${x} ${y}`);
            }
          }
        }
        const height = Math.max(...[...taken].map((cell) => Number(cell.split(' ')[1]))) + 1;
        expect(taken.size).to.equal(height * COLUMNS);
      });

      it('links to runbooks that are there', () => {
        const links = [
          ...JSON.stringify(dashboard).matchAll(/\$\{repository\}\/(infra\/runbooks\/[^"$]+\.md)/g),
        ];
        for (const [, path = ''] of links) expect(existsSync(inRepository(path)), path).to.equal(true);
        expect(links.length).to.be.above(2);
      });
    });
  }
});

describe('what scrapes the services', () => {
  // `job` is a label of the queue's metrics and of every target: without this the former would be renamed.
  it("keeps the services' own labels", () => {
    const prometheus = parse(readFileSync(inRepository('infra/prometheus/prometheus.yml'), 'utf8'));
    for (const job of ['gateway', 'scheduler', 'worker']) {
      const scraped = prometheus.scrape_configs.find(
        (config: { job_name: string }) => config.job_name === job,
      );
      expect(scraped?.honor_labels, job).to.equal(true);
    }
    const monitor = parse(readFileSync(inRepository('k8s/components/monitoring/podmonitor.yaml'), 'utf8'));
    expect(monitor.spec.jobLabel).to.equal('app.kubernetes.io/name');
    for (const endpoint of monitor.spec.podMetricsEndpoints) expect(endpoint.honorLabels).to.equal(true);
  });
});
