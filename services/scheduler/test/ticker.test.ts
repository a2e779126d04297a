import { expect } from 'chai';
import { until } from '../../../scripts/stack/until.ts';
import { startTicker } from '../src/ticker.ts';

describe('the ticker', () => {
  const record = () => {
    const seen = { turns: 0, errors: [] as unknown[] };
    return {
      seen,
      options: (intervalMs: number) => ({
        intervalMs,
        onTick: () => {
          seen.turns += 1;
        },
        onError: (error: unknown) => void seen.errors.push(error),
      }),
    };
  };

  it('ticks at once and then an interval after the last tick began', async () => {
    const { options } = record();
    const starts: number[] = [];
    const ticker = startTicker(async () => void starts.push(performance.now()), options(40));
    expect(starts).to.have.length(1);
    await until('it has ticked four times', 3000, () => starts.length >= 4);
    await ticker.stop();
    for (const [i, start] of starts.slice(1).entries()) {
      expect(start - (starts[i] ?? 0)).to.be.at.least(35);
    }
  });

  it('never ticks twice at a time, and goes on at once after a tick that took longer than the interval', async () => {
    const { options } = record();
    let [running, most, count] = [0, 0, 0];
    const ticker = startTicker(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
      count += 1;
    }, options(1));
    await until('it has ticked three times', 3000, () => count >= 3);
    await ticker.stop();
    expect([most, running]).to.deep.equal([1, 0]);
  });

  it('ticks again after a tick that threw, which is progress all the same', async () => {
    const { seen, options } = record();
    let count = 0;
    const ticker = startTicker(async () => {
      count += 1;
      throw new Error(`tick ${count}`);
    }, options(5));
    await until('it has ticked three times', 3000, () => count >= 3);
    await ticker.stop();
    expect(String(seen.errors[1])).to.equal('Error: tick 2');
    expect(seen.turns).to.be.at.least(2);
  });

  it('counts the beats of a long tick as progress while it lasts', async () => {
    const { seen, options } = record();
    const gate = Promise.withResolvers<void>();
    const ticker = startTicker((beat) => {
      beat();
      beat();
      return gate.promise;
    }, options(1));
    expect(seen.turns).to.equal(2);
    const stopping = ticker.stop();
    gate.resolve();
    await stopping;
    expect(seen.turns).to.equal(3);
  });

  it('waits at its stop for the tick under way, and starts no other', async () => {
    const { options } = record();
    const gate = Promise.withResolvers<void>();
    let count = 0;
    const ticker = startTicker(() => {
      count += 1;
      return gate.promise;
    }, options(1));
    let stopped = false;
    const stopping = ticker.stop().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).to.equal(false);
    gate.resolve();
    await stopping;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(count).to.equal(1);
  });
});
