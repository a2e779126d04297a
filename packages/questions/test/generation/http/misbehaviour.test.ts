import { expect } from 'chai';
import type { Behaviour } from '../../../../../scripts/stack/model/behaviour.ts';
import type { CallOutcome, RejectionReason } from '../../../src/index.ts';
import { contextAttempts } from '../injection/contexts.ts';
import { outputAttempts } from '../injection/outputs.ts';
import { inField } from '../samples.ts';
import { request, withRig } from './rig.ts';

/** The deadline of a delivery that waits. */
const DEADLINE_MS = 10_000;

interface Case {
  readonly behaviour: Behaviour;
  /** How its first request is counted. */
  readonly outcome: CallOutcome;
  /** What is kept with the output, if there is any. */
  readonly reason?: RejectionReason;
}

const cases: Record<string, Case> = {
  'never answers': { behaviour: 'hang', outcome: 'timeout' },
  'answers a byte at a time': { behaviour: 'trickle', outcome: 'timeout' },
  'drops the connection': { behaviour: 'reset', outcome: 'unreachable' },
  'answers 500': { behaviour: 'server_error', outcome: 'server_error' },
  'answers 429': { behaviour: 'rate_limited', outcome: 'rate_limited' },
  'answers 429 and wants a long rest': { behaviour: { retryAfterS: 60 }, outcome: 'rate_limited' },
  'answers 401 with the key in the body': { behaviour: 'unauthorized', outcome: 'refused' },
  redirects: { behaviour: 'redirect', outcome: 'refused' },
  'answers with a web page': { behaviour: 'html', outcome: 'bad_reply', reason: 'not_json' },
  'answers 10 MB': { behaviour: 'huge', outcome: 'too_large', reason: 'too_large' },
  'breaks its JSON': { behaviour: 'broken_json', outcome: 'ok', reason: 'not_json' },
  'writes something else': { behaviour: { content: '{"a":1}' }, outcome: 'ok', reason: 'schema' },
  'nests without end': { behaviour: { content: '['.repeat(100_000) }, outcome: 'ok', reason: 'not_json' },
  declines: { behaviour: 'refusal', outcome: 'ok', reason: 'refusal' },
  'declines in so many words': { behaviour: { content: 'I’m sorry, no.' }, outcome: 'ok', reason: 'refusal' },
  'stops in the middle': { behaviour: 'truncated', outcome: 'ok', reason: 'truncated' },
  'changes the topic': { behaviour: 'off_target', outcome: 'ok', reason: 'off_target' },
  'writes without end': {
    behaviour: { question: { explanation: 'аa'.repeat(50_000) } },
    outcome: 'ok',
    reason: 'length',
  },
  swears: { behaviour: 'profanity', outcome: 'ok', reason: 'profanity' },
  'writes a link': { behaviour: 'link', outcome: 'ok', reason: 'contact' },
  'repeats an option': { behaviour: 'repeated_options', outcome: 'ok', reason: 'options' },
  'copies an example': { behaviour: 'near_duplicate', outcome: 'ok', reason: 'duplicate' },
  'marks the wrong key': { behaviour: 'wrong_key', outcome: 'ok', reason: 'wrong_key' },
  'writes two right options': { behaviour: 'two_right', outcome: 'ok', reason: 'ambiguous' },
};

describe('a model that misbehaves', () => {
  for (const [what, { behaviour, outcome, reason }] of Object.entries(cases)) {
    it(`${what}: nothing of it is stored but the reason, and the second provider serves`, async () => {
      await withRig({ servers: 2, timeoutMs: 400 }, async ({ generator, stores, told, reasons }, first) => {
        first.behave({ write: behaviour });
        const started = performance.now();
        const result = await generator.generate(request, { timeoutMs: DEADLINE_MS });

        expect(performance.now() - started).to.be.lessThan(DEADLINE_MS);
        expect(result).to.deep.equal({ id: 'generated-0' });
        expect(stores.generated.map(({ provider }) => provider)).to.deep.equal(['second']);
        expect(told.questions).to.deep.equal(['model-of-second']);
        expect(told.requests[0]).to.deep.equal(['first', outcome]);
        expect(reasons()).to.deep.equal(reason === undefined ? [] : [reason]);
        expect(told.rejected).to.deep.equal(reasons());
      });
    });
  }

  it('is all there is: no question, and what it wrote is kept with the reason', async () => {
    await withRig({ limits: { candidates: 3 } }, async ({ generator, stores, reasons }, server) => {
      server.next('write', 'profanity', 'broken_json', 'wrong_key');
      expect(await generator.generate(request, { timeoutMs: DEADLINE_MS })).to.deep.equal({
        none: 'rejected',
      });
      expect(stores.generated).to.deep.equal([]);
      expect(reasons()).to.deep.equal(['profanity', 'not_json', 'wrong_key']);
      const [row] = stores.rejected;
      expect(row).to.include({ provider: 'first', model: 'model-of-first', level: 2, topic: 'streaming' });
      expect(row).to.include({ inputTokens: 900, outputTokens: 200 });
      expect(row?.promptVersion).to.match(/^\d+-/);
      expect(JSON.parse(row?.output ?? '')).to.include({ topic: 'streaming', level: 2 });
    });
  });

  it('has the next try from the same provider when there is no other', async () => {
    await withRig({}, async ({ generator, stores, reasons }, server) => {
      server.next('write', 'link');
      expect(await generator.generate(request, { timeoutMs: DEADLINE_MS })).to.have.property('id');
      expect(reasons()).to.deep.equal(['contact']);
      // Only what this question cost itself.
      expect(stores.generated[0]).to.include({ inputTokens: 1_800, outputTokens: 400 });
    });
  });

  it('says nonsense of what it cost: its question is good, and its cost unknown', async () => {
    const nonsense = [{ prompt_tokens: 1.5, completion_tokens: 5e9 }, { prompt_tokens: -1 }, 'none', null];
    await withRig({}, async ({ generator, stores }, server) => {
      for (const usage of nonsense) {
        server.behave({ write: { usage }, answer: { usage } });
        expect(await generator.generate(request, { timeoutMs: DEADLINE_MS })).to.have.property('id');
      }
      const costs = [...stores.generated, ...stores.calls.map(({ report }) => report)];
      for (const cost of costs) expect(cost).to.include({ inputTokens: 0, outputTokens: 0 });
    });
  });

  it('reads no more of 10 MB than it has to', async () => {
    await withRig({ limits: { candidates: 1 } }, async ({ generator, stores }, server) => {
      server.behave({ write: 'huge' });
      await generator.generate(request, { timeoutMs: DEADLINE_MS });
      await server.close();
      const [asked] = server.requests;
      // What the sockets' buffers take is out of our hands.
      expect(asked?.bytesSent).to.be.lessThan(8 * 1024 * 1024);
      expect(stores.rejected[0]?.output.length).to.equal(16_384);
    });
  });

  it('answers the blind question with nonsense: the question is not stored', async () => {
    await withRig({ limits: { candidates: 1 } }, async ({ generator, stores, reasons }, server) => {
      server.behave({ answer: 'broken_json' });
      expect(await generator.generate(request, { timeoutMs: DEADLINE_MS })).to.deep.equal({
        none: 'rejected',
      });
      expect(reasons()).to.deep.equal(['unverified']);
      expect(stores.rejected[0]?.detail).to.equal('no blind answer (first: not_json)');
    });
  });

  it('writes the same twice at once: one is stored', async () => {
    await withRig({ limits: { candidates: 1 } }, async ({ generator, stores, reasons }, server) => {
      const same = { question: { question: 'To which window of a stream does a late event belong?' } };
      server.next('write', same, same);
      const results = await Promise.all(
        [1, 2].map(() => generator.generate(request, { timeoutMs: DEADLINE_MS })),
      );
      expect(results).to.have.deep.members([{ id: 'generated-0' }, { none: 'rejected' }]);
      expect(reasons()).to.deep.equal(['duplicate']);
      expect(stores.generated).to.have.length(1);
    });
  });
});

describe('the injection corpus, through a model', () => {
  it('is never stored, and each reason is kept', async () => {
    await withRig({ limits: { candidates: 1 } }, async ({ generator, stores, reasons }, server) => {
      for (const { field, text } of outputAttempts) {
        server.next('write', { question: inField(field, text) });
        expect(await generator.generate(request, { timeoutMs: DEADLINE_MS })).to.deep.equal({
          none: 'rejected',
        });
      }
      expect(stores.generated).to.deep.equal([]);
      expect(reasons()).to.deep.equal(outputAttempts.map(({ reason }) => reason));
    });
  }).timeout(60_000);

  it('reaches a model as data only, and a good question comes of it', async () => {
    await withRig({}, async ({ generator, stores, bank }, server) => {
      for (const { text } of contextAttempts) {
        const result = await generator.generate(
          { ...request, userId: `user ${text}`, weakPoints: [text], avoid: [`recent ${text}`] },
          { timeoutMs: DEADLINE_MS },
        );
        expect(result).to.have.property('id');
      }
      const systems = new Set(
        server.requests.filter(({ task }) => task === 'write').map(({ system }) => system),
      );
      expect(systems.size).to.equal(1);
      for (const { user, task, body } of server.requests) {
        expect(user.match(/<\/?data>/g)).to.deep.equal(['<data>', '</data>']);
        expect(user.endsWith('\n</data>')).to.equal(true);
        expect(body).not.to.include('user ');
        if (task === 'answer') for (const { text } of contextAttempts) expect(user).not.to.include(text);
      }
      expect(stores.generated).to.have.length(contextAttempts.length);
      expect(new Set([...bank, ...stores.generated].map(({ text }) => text)).size).to.equal(
        bank.length + contextAttempts.length,
      );
    });
  }).timeout(60_000);
});
