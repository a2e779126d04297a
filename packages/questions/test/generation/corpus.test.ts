import { seededRandom } from '@rung/domain';
import { expect } from 'chai';
import { contextOf } from '../../src/generation/context.ts';
import { generationLimits } from '../../src/generation/limits.ts';
import { type Prompts, readPrompts } from '../../src/generation/prompts.ts';
import { makeSafetyCheck, type SafetyCheck } from '../../src/generation/safety.ts';
import { writingPrompt } from '../../src/generation/write.ts';
import { fromWritten } from '../../src/generation/written.ts';
import { contextAttempts } from './injection/contexts.ts';
import { outputAttempts } from './injection/outputs.ts';
import { inField, sampleWritten } from './samples.ts';

describe('the injection corpus', () => {
  let prompts: Prompts;
  let findUnsafe: SafetyCheck;

  before(async () => {
    prompts = await readPrompts();
    findUnsafe = makeSafetyCheck(prompts);
  });

  it('has more than fifty attempts, each another', () => {
    const all = [...contextAttempts, ...outputAttempts].map(({ text }) => text);
    expect(contextAttempts.length).to.be.greaterThan(20);
    expect(outputAttempts.length).to.be.greaterThan(50);
    expect(new Set(all).size).to.equal(all.length);
  });

  it('is built on a question that is itself safe', () => {
    expect(findUnsafe(fromWritten(sampleWritten()))).to.equal(undefined);
  });

  for (const { name, field, text, reason } of outputAttempts) {
    it(`refuses ${name} in the ${field}`, () => {
      const written = sampleWritten(inField(field, text));
      expect(findUnsafe(fromWritten(written))?.reason).to.equal(reason);
    });
  }

  for (const { name, text } of contextAttempts) {
    it(`keeps ${name} as data, or out`, () => {
      const request = {
        level: 2,
        topic: 'streaming',
        userId: text,
        weakPoints: [text],
        avoid: [text],
      } as const;
      const context = contextOf(request, [], seededRandom('corpus'), generationLimits);
      const { system, user } = writingPrompt(prompts, request, context, 100);

      expect(system).to.equal(prompts.write);
      expect(user.startsWith('<data>\n') && user.endsWith('\n</data>')).to.equal(true);
      const inside = user.slice('<data>\n'.length, -'\n</data>'.length);
      expect(inside).to.match(/^[^<>&\p{C}]*$/u);
      const expected = text.slice(0, generationLimits.contextTextLength).toWellFormed();
      const { weak_points: weakPoints, avoid, ...rest } = JSON.parse(inside);
      for (const kept of [...weakPoints, ...avoid]) expect(kept).to.equal(expected);
      expect(rest).to.deep.equal({ topic: 'streaming', level: 2, examples: [] });
    });
  }
});
