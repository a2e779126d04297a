import { expect } from 'chai';
import { register } from 'prom-client';
import { makeHeartbeat, makeRegistry, startAtZero } from '../src/index.ts';

describe('the registry', () => {
  it('shows what runs, metrics of Node, and those of the service', async () => {
    const registry = makeRegistry('worker', '1.2.3');
    registry.counter({ name: 'rung_answers_total', help: 'a', labelNames: ['level'] }).inc({ level: 2 });
    const text = await registry.metrics();
    expect(text).to.include('rung_build_info{service="worker",version="1.2.3"} 1');
    expect(text).to.include('rung_answers_total{level="2"} 1');
    expect(text).to.match(/^process_resident_memory_bytes \d+/m);
  });

  it('makes each metric once, and not as another kind', () => {
    const registry = makeRegistry('worker', '1');
    const options = { name: 'rung_x', help: 'x' };
    expect(registry.counter(options)).to.equal(registry.counter(options));
    expect(registry.gauge({ ...options, name: 'g' })).to.equal(registry.gauge({ ...options, name: 'g' }));
    expect(registry.histogram({ ...options, name: 'h' })).to.equal(
      registry.histogram({ ...options, name: 'h' }),
    );
    expect(() => registry.gauge(options)).to.throw(/already been registered/);
  });

  it('shows counters at zero that have not counted yet, and keeps what they have counted', async () => {
    const registry = makeRegistry('worker', '1');
    const counter = registry.counter({ name: 'rung_x_total', help: 'x', labelNames: ['level', 'correct'] });
    counter.inc({ level: '2', correct: 'true' });
    startAtZero(counter, { level: ['1', '2'], correct: ['true', 'false'] });
    expect((await registry.metrics()).match(/^rung_x_total.*$/gm)).to.have.members([
      'rung_x_total{level="1",correct="true"} 0',
      'rung_x_total{level="1",correct="false"} 0',
      'rung_x_total{level="2",correct="true"} 1',
      'rung_x_total{level="2",correct="false"} 0',
    ]);
  });

  it("shows another process's metrics beside its own, each metric described once", async () => {
    const child = makeRegistry('child', '1');
    child.setDefaultLabels({ process: 'child' });
    const registry = makeRegistry('parent', '1');
    for (const one of [child, registry]) one.counter({ name: 'rung_x_total', help: 'x of "y"' }).inc();
    child.gauge({ name: 'rung_only_here', help: 'x' }).set(3);
    registry.include(() => child.metrics());
    const text = await registry.metrics();
    expect(text).to.include(
      '# HELP rung_x_total x of "y"\n# TYPE rung_x_total counter\nrung_x_total 1\nrung_x_total{process="child"} 1\n',
    );
    expect(text).to.include('# TYPE rung_only_here gauge\nrung_only_here{process="child"} 3\n');
    const described = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(described).size).to.equal(described.length);
    expect(text.match(/^process_resident_memory_bytes/gm)).to.have.length(2);
  });

  it('shows its own metrics while another process does not answer', async () => {
    const registry = makeRegistry('parent', '1');
    registry.include(() => Promise.reject(new Error('gone')));
    expect(await registry.metrics()).to.include('rung_build_info{service="parent",version="1"} 1\n');
  });

  it('shares nothing between two services of one process, nor with the global registry', async () => {
    const one = makeRegistry('one', '1');
    const two = makeRegistry('two', '1');
    one.counter({ name: 'rung_x', help: 'x' }).inc();
    expect(await two.metrics()).not.to.include('rung_x');
    expect(await register.metrics()).to.equal('\n');
  });
});

describe('a heartbeat', () => {
  it('tells how long ago the last beat was, on the clock it is given', () => {
    let now = 100;
    const heartbeat = makeHeartbeat(() => now);
    now = 350;
    expect(heartbeat.ageMs()).to.equal(250);
    heartbeat.beat();
    expect(heartbeat.ageMs()).to.equal(0);
  });

  it('runs on a monotonic clock of its own', () => {
    expect(makeHeartbeat().ageMs()).to.be.within(0, 1000);
  });
});
