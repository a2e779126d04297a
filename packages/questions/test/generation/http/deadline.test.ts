import { expect } from 'chai';
import { until } from '../../../../../scripts/stack/until.ts';
import { request, withRig } from './rig.ts';

const within = { timeoutMs: 10_000 };

describe('the deadline of generation', () => {
  it('is kept while every provider hangs', async () => {
    await withRig({ servers: 3 }, async ({ generator, servers, stores }) => {
      for (const server of servers) server.behave('hang');
      const started = performance.now();
      expect(await generator.generate(request, { timeoutMs: 1_500 })).to.deep.equal({
        none: 'providers_down',
      });
      expect(performance.now() - started).to.be.lessThan(2_000);
      // Each of them had its chance, and every request was settled.
      expect(servers.map(({ requests }) => requests.length)).to.deep.equal([1, 1, 1]);
      expect(stores.calls.map(({ report }) => report?.outcome)).to.deep.equal([
        'timeout',
        'timeout',
        'timeout',
      ]);
    });
  });

  it('is kept while the reader of the blind question hangs', async () => {
    await withRig({ limits: { candidates: 1 } }, async ({ generator, reasons }, server) => {
      server.behave({ answer: 'hang' });
      const started = performance.now();
      expect(await generator.generate(request, { timeoutMs: 1_000 })).to.deep.equal({ none: 'deadline' });
      expect(performance.now() - started).to.be.lessThan(1_600);
      expect(reasons()).to.deep.equal(['unverified']);
    });
  });

  it('leaves enough for a provider that answers after one that hangs', async () => {
    await withRig({ servers: 2, timeoutMs: 60_000 }, async ({ generator, stores }, first) => {
      first.behave('hang');
      const started = performance.now();
      expect(await generator.generate(request, { timeoutMs: 4_000 })).to.have.property('id');
      expect(performance.now() - started).to.be.lessThan(4_000);
      // The one that was silent is not asked for the blind answer while another is there.
      expect(stores.generated[0]?.blindModel).to.equal('model-of-second');
    });
  });

  it('makes no request when there is too little time', async () => {
    await withRig({}, async ({ generator, stores }) => {
      expect(await generator.generate(request, { timeoutMs: 100 })).to.deep.equal({ none: 'deadline' });
      expect(stores.calls).to.deep.equal([]);
    });
  });

  it('is the caller’s signal, too, which is no failure of the provider', async () => {
    await withRig({ limits: { failuresToOpen: 1 } }, async ({ generator, stores, told }, server) => {
      server.behave('hang');
      const controller = new AbortController();
      const result = generator.generate(request, { ...within, signal: controller.signal });
      await until('the request', 2_000, () => server.requests.length > 0);
      controller.abort();
      expect(await result).to.deep.equal({ none: 'cancelled' });
      expect(stores.calls[0]?.report?.outcome).to.equal('cancelled');
      expect(told.circuits).to.deep.equal([]);
    });
  });

  it('comes early when the generator is closed', async () => {
    await withRig({}, async ({ generator }, server) => {
      server.behave('hang');
      const result = generator.generate(request, within);
      await until('the request', 2_000, () => server.requests.length > 0);
      generator.close();
      expect(await result).to.deep.equal({ none: 'cancelled' });
      expect(await generator.generate(request, within)).to.deep.equal({ none: 'cancelled' });
      expect(server.requests).to.have.length(1);
    });
  });
});
