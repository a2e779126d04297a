import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { makeLifecycle, makeLogger } from '../src/index.ts';

function start(graceMs = 10_000) {
  const stream = new PassThrough();
  const logger = makeLogger({ service: 's', level: 'info', format: 'json', secrets: ['canary'], stream });
  return { life: makeLifecycle({ graceMs, logger }), log: () => String(stream.read()) };
}

describe('the lifecycle', () => {
  it('releases what was acquired last first, one after the other, also after one that fails', async () => {
    const { life, log } = start();
    const order: string[] = [];
    life.defer('first', () => order.push('first'));
    life.defer('second', () => Promise.reject(new Error('canary')));
    life.defer('third', () => {
      throw new Error('third');
    });
    life.defer('fourth', async () => {
      await Promise.resolve();
      order.push('fourth');
    });
    expect(await life.shutdown('test')).to.equal(false);
    expect(order).to.deep.equal(['fourth', 'first']);
    expect(log()).to.include('"name":"second"').and.to.include('"name":"third"').and.not.to.include('canary');
  });

  it('shuts down once, however often it is asked', async () => {
    const { life } = start();
    let released = 0;
    life.defer('once', () => {
      released += 1;
    });
    expect(await Promise.all([life.shutdown('a'), life.shutdown('b')])).to.deep.equal([true, true]);
    expect(released).to.equal(1);
  });

  it('goes on when one hangs past the deadline, names it, and still releases the others', async () => {
    const { life, log } = start(100);
    const released: string[] = [];
    life.defer('database', () => released.push('database'));
    life.defer('hanging', () => new Promise(() => undefined));
    const started = performance.now();
    expect(await life.shutdown('test')).to.equal(false);
    expect(performance.now() - started).to.be.within(40, 2000);
    expect(released).to.deep.equal(['database']);
    expect(log()).to.match(/not released in time","name":"hanging"/);
  });

  it('tells loops to end when the shutdown begins', async () => {
    const { life } = start();
    let seen: boolean | undefined;
    life.defer('loop', () => {
      seen = life.stopping.aborted;
    });
    expect(life.stopping.aborted).to.equal(false);
    await life.shutdown('test');
    expect(seen).to.equal(true);
  });

  it('releases at once what is acquired during the shutdown', async () => {
    const { life } = start();
    await life.shutdown('test');
    let released = false;
    life.defer('late', () => {
      released = true;
    });
    expect(released).to.equal(true);
  });
});
