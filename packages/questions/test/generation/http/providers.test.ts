import { expect } from 'chai';
import { until } from '../../../../../scripts/stack/until.ts';
import { request, withRig } from './rig.ts';

const within = { timeoutMs: 10_000 };

describe('generation over providers', () => {
  it('stores a good question with everything that is known of it', async () => {
    await withRig({ servers: 2 }, async ({ generator, stores, servers, told }) => {
      expect(await generator.generate(request, within)).to.deep.equal({ id: 'generated-0' });
      const [question] = stores.generated;
      expect(question).to.include({
        level: 2,
        topic: 'streaming',
        provider: 'first',
        model: 'model-of-first',
        blindModel: 'model-of-second',
        inputTokens: 1_800,
        outputTokens: 400,
      });
      expect(question?.promptVersion).to.match(/^1-[0-9a-f]{8}$/);
      expect(question?.contentHash).to.match(/^[0-9a-f]{64}$/);
      expect(question?.difficultyIndex).to.be.within(4, 6);
      expect(servers.map(({ requests }) => requests.map(({ task }) => task))).to.deep.equal([
        ['write'],
        ['answer'],
      ]);
      expect(told.requests).to.deep.equal([
        ['first', 'ok'],
        ['second', 'ok'],
      ]);
    });
  });

  it('asks for structured output, with its key, model and a limit, and tells nothing about the learner', async () => {
    await withRig({}, async ({ generator }, server) => {
      await generator.generate(request, within);
      const [write, answer] = server.requests;
      expect(write?.authorization).to.equal('Bearer sk-canary-of-first-0123456789');
      const body = JSON.parse(write?.body ?? '');
      expect(body).to.include({ model: 'model-of-first', max_completion_tokens: 8_000 });
      expect(body.response_format).to.have.nested.property('json_schema.strict', true);
      expect(write?.body).not.to.include(request.userId);
      expect(write?.data).to.have.keys('topic', 'level', 'examples', 'weak_points', 'avoid');
      expect(write?.data.examples).to.have.length(3);
      // Who answers blind does not see which option is the key, nor why.
      expect(answer?.data).to.have.keys('question', 'options');
      expect(answer?.body).not.to.match(/explanation|Kleppmann/);
    });
  });

  it('tries three times, then takes the next provider', async () => {
    await withRig({ servers: 2 }, async ({ generator, stores }, first) => {
      first.behave('server_error');
      expect(await generator.generate(request, within)).to.have.property('id');
      expect(stores.calls.map(({ report }) => [report?.provider, report?.outcome])).to.deep.equal([
        ['first', 'server_error'],
        ['first', 'server_error'],
        ['first', 'server_error'],
        ['second', 'ok'],
        ['second', 'ok'],
      ]);
      expect(stores.generated[0]).to.include({ provider: 'second', blindModel: 'model-of-second' });
    });
  });

  it('does not repeat a request that can only fail again', async () => {
    await withRig({}, async ({ generator, told }, server) => {
      server.behave('unauthorized');
      expect(await generator.generate(request, within)).to.deep.equal({ none: 'providers_down' });
      expect(told.requests).to.deep.equal([['first', 'refused']]);
    });
  });

  it('follows no redirect', async () => {
    await withRig({}, async ({ generator }, server) => {
      server.behave('redirect');
      expect(await generator.generate(request, within)).to.deep.equal({ none: 'providers_down' });
      expect(server.requests).to.have.length(1);
    });
  });

  it('waits as long as a 429 says before it tries again', async () => {
    await withRig({}, async ({ generator }, server) => {
      server.next('write', { retryAfterS: 1 });
      expect(await generator.generate(request, within)).to.have.property('id');
      const [refused, again] = server.requests;
      expect((again?.atMs ?? 0) - (refused?.atMs ?? 0)).to.be.within(990, 3_000);
    });
  });

  it('leaves a provider alone that asked for a longer rest than there is time', async () => {
    await withRig({ servers: 2 }, async ({ generator, servers }, first) => {
      first.behave({ retryAfterS: 60 });
      for (let n = 0; n < 3; n++) expect(await generator.generate(request, within)).to.have.property('id');
      expect(first.requests).to.have.length(1);
      expect(servers[1]?.requests).to.have.length(6);
    });
  });

  it('opens the circuit after five failures in a row, and closes it when a trial succeeds', async () => {
    await withRig({ limits: { halfOpenAfterMs: 150 } }, async ({ generator, told }, server) => {
      server.behave('server_error');
      await generator.generate(request, within);
      expect(generator.circuits().get('first')).to.equal('closed');
      await generator.generate(request, within);
      expect(generator.circuits().get('first')).to.equal('open');
      expect(server.requests).to.have.length(5);

      expect(await generator.generate(request, within)).to.deep.equal({ none: 'providers_down' });
      expect(server.requests).to.have.length(5);

      // A trial that fails opens it again.
      await until('a trial', 5_000, async () => {
        await generator.generate(request, within);
        return server.requests.length > 5;
      });
      expect(generator.circuits().get('first')).to.equal('open');
      expect(server.requests).to.have.length(6);

      server.behave('good');
      await until('a question', 5_000, async () => 'id' in (await generator.generate(request, within)));
      expect(generator.circuits().get('first')).to.equal('closed');
      expect(told.circuits.map(([, state]) => state)).to.deep.equal([
        'open',
        'half_open',
        'open',
        'half_open',
        'closed',
      ]);
    });
  });

  it('counts failures in a row only', async () => {
    await withRig({ limits: { tries: 1, candidates: 1 } }, async ({ generator, told }, server) => {
      server.next(
        'write',
        'server_error',
        'server_error',
        'server_error',
        'server_error',
        'good',
        'server_error',
      );
      for (let n = 0; n < 6; n++) await generator.generate(request, within);
      expect(told.circuits).to.deep.equal([]);
    });
  });

  it('lets others pass by a provider that is being tried', async () => {
    await withRig(
      { servers: 2, limits: { halfOpenAfterMs: 1, failuresToOpen: 1, tries: 1 } },
      async (rig, first) => {
        first.next('write', 'server_error');
        await rig.generator.generate(request, within);
        first.behave('hang');
        const order: string[] = [];
        const trial = rig.generator.generate(request, within).then(() => order.push('trial'));
        await until('the trial', 2_000, () => rig.generator.circuits().get('first') === 'half_open');
        expect(await rig.generator.generate(request, within)).to.have.property('id');
        order.push('other');
        await trial;
        expect(order).to.deep.equal(['other', 'trial']);
      },
    );
  });
});
