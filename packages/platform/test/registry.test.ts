import { expect } from 'chai';
import { register } from 'prom-client';
import { makeHeartbeat, makeRegistry } from '../src/index.ts';

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
