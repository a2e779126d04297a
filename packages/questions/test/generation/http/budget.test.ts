import { expect } from 'chai';
import { memoryStores } from '../memoryStores.ts';
import { makeRig, request, withRig } from './rig.ts';

const within = { timeoutMs: 10_000 };

describe('the budget of generation', () => {
  it('is asked before each request, for the learner', async () => {
    const stores = () => memoryStores([], { calls: 0 });
    await withRig({ stores }, async ({ generator }, server) => {
      expect(await generator.generate(request, within)).to.deep.equal({ none: 'learner_budget' });
      expect(server.requests).to.deep.equal([]);
    });
    await withRig({}, async (rig) => {
      await rig.generator.generate(request, within);
      await rig.generator.generate({ ...request, userId: null }, within);
      expect(rig.stores.calls.map(({ userId }) => userId)).to.deep.equal(['4242', '4242', null, null]);
      expect(rig.stores.calls[0]?.report).to.deep.equal({
        provider: 'first',
        model: 'model-of-first',
        outcome: 'ok',
        inputTokens: 900,
        outputTokens: 200,
      });
    });
  });

  it('counts every try, and ends them', async () => {
    const stores = () => memoryStores([], { calls: 2, refusal: 'daily_budget' });
    await withRig({ servers: 2, stores }, async ({ generator }, first) => {
      first.behave('server_error');
      expect(await generator.generate(request, within)).to.deep.equal({ none: 'daily_budget' });
      expect(first.requests).to.have.length(2);
    });
  });

  it('that ends before the blind answer leaves the question unverified', async () => {
    const stores = () => memoryStores([], { calls: 1 });
    await withRig({ stores }, async ({ generator, reasons, stores: { generated } }) => {
      expect(await generator.generate(request, within)).to.deep.equal({ none: 'learner_budget' });
      expect(reasons()).to.deep.equal(['unverified']);
      expect(generated).to.deep.equal([]);
    });
  });
});

describe('what a generator tells', () => {
  it('holds no key, whatever a provider does with it', async () => {
    await withRig(
      { servers: 2, limits: { failuresToOpen: 100 } },
      async ({ servers, generator, stores, told, providers }) => {
        const key = providers[0]?.apiKey ?? '';
        const behaviours = [
          'unauthorized',
          'redirect',
          'reset',
          'html',
          { content: `Bearer ${key}` },
        ] as const;
        const echoed = { question: { explanation: `The key is ${key}. That is why it is right.` } };
        for (const behaviour of [...behaviours, echoed]) {
          for (const server of servers) server.behave({ write: behaviour });
          await generator.generate(request, { timeoutMs: 2_000 });
        }
        const everything = JSON.stringify([stores.rejected, stores.generated, stores.calls, told]);
        expect(stores.rejected.length).to.be.greaterThan(2);
        expect(everything).to.include('[redacted]').and.not.to.include('canary');
      },
    );
  });

  it('begins with closed circuits, and is that there is no provider when there is none', async () => {
    await withRig({ servers: 2 }, async ({ generator }) => {
      expect([...generator.circuits()]).to.deep.equal([
        ['first', 'closed'],
        ['second', 'closed'],
      ]);
    });
    const { generator, stores } = await makeRig([]);
    expect(await generator.generate(request, within)).to.deep.equal({ none: 'no_provider' });
    expect(stores.calls).to.deep.equal([]);
  });

  it('lets an error of the store through', async () => {
    const stores = () => ({
      ...memoryStores(),
      async findSimilar(): Promise<never> {
        throw new Error('the database is away');
      },
    });
    await withRig({ stores }, async ({ generator }) => {
      const message = await generator.generate(request, within).catch((error: Error) => error.message);
      expect(message).to.equal('the database is away');
    });
  });
});
