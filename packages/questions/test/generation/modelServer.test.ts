import { expect } from 'chai';
import { writeQuestion } from '../../../../scripts/stack/model/questions.ts';
import { similarPairs } from '../../src/checks/similarity.ts';
import { findUnfit } from '../../src/generation/quality.ts';
import { makeSafetyCheck } from '../../src/generation/safety.ts';
import { fromWritten, writtenSchema } from '../../src/generation/written.ts';
import { generationLimits, readBank, readPrompts } from '../../src/index.ts';

describe('the questions of the model server', () => {
  it('are good and unlike each other and the bank, 121 of them', async () => {
    const asked = { topic: 'streaming', level: 2 } as const;
    const findUnsafe = makeSafetyCheck(await readPrompts());
    const questions = Array.from({ length: 121 }, (_, n) =>
      fromWritten(writtenSchema.parse(writeQuestion(n, asked))),
    );
    const faults = questions.flatMap(
      (question) => findUnsafe(question) ?? findUnfit(question, asked, generationLimits) ?? [],
    );
    expect(faults).to.deep.equal([]);

    const bank = (await readBank()).map(({ text }) => text);
    const texts = [...questions.map(({ text }) => text), ...bank];
    expect(similarPairs(texts, (text) => text, generationLimits.similarity)).to.deep.equal([]);
  });
});
