import { expect } from 'chai';
import { answeringPrompt, judgeAnswer } from '../../src/generation/answer.ts';
import { difficultyIndexOf } from '../../src/generation/difficultyIndex.ts';
import { makeDuplicates } from '../../src/generation/duplicates.ts';
import { findUnfit } from '../../src/generation/quality.ts';
import { fromWritten } from '../../src/generation/written.ts';
import { generationLimits, readPrompts } from '../../src/index.ts';
import { sampleQuestion } from '../samples.ts';
import { memoryStores } from './memoryStores.ts';
import { sampleWritten, type Written } from './samples.ts';

const asked = { level: 2, topic: 'streaming', userId: null, weakPoints: [], avoid: [] } as const;

function unfit(differences: Partial<Written>) {
  return findUnfit(fromWritten(sampleWritten(differences)), asked, generationLimits);
}

describe('what is unfit', () => {
  it('is nothing in a good question', () => {
    expect(unfit({})).to.equal(undefined);
  });

  it('is another level, topic or language', () => {
    expect(unfit({ level: 3 })).to.deep.equal({
      reason: 'off_target',
      detail: 'streaming level 3 instead of streaming level 2',
    });
    expect(unfit({ topic: 'data_quality' })?.reason).to.equal('off_target');
    const question = 'Un consumidor confirma su offset antes de guardar el mensaje. ¿Qué puede pasar?';
    const explanation =
      'Tras el reinicio sigue detrás del mensaje. Nada se guarda dos veces, pues nada se lee dos veces.';
    expect(unfit({ question, explanation })?.detail).to.equal('it is not in English');
  });

  it('is what the checks of the bank find', () => {
    const { options, question } = sampleWritten();
    expect(unfit({ question: `${question} ${'x '.repeat(300)}` })?.reason).to.equal('length');
    expect(unfit({ options: { ...options, A: options.B } })?.reason).to.equal('options');
    expect(unfit({ options: { ...options, D: 'None of the above' } })?.reason).to.equal('options');
    expect(unfit({ explanation: 'It is the right one to take.' })?.reason).to.equal('quality');
    expect(unfit({ options: { ...options, B: 'A crash of the consumer' } })?.detail).to.match(
      /only the key repeats/,
    );
  });

  it('is a key that its length gives away', () => {
    const { options } = sampleWritten();
    const long = 'A message that is lost, as nobody reads it a second time';
    expect(unfit({ options: { ...options, B: long } })?.detail).to.match(/^the key is 2\.\d times as long/);
  });

  it('is the letter of an option, since options are shuffled', () => {
    const [reason] = ['Option B loses it. The rest is stored twice at the most.'].map(
      (explanation) => unfit({ explanation })?.detail,
    );
    expect(reason).to.equal('it names an option by its letter');
  });
});

describe('duplicates', () => {
  const text = 'A consumer commits its offset before it has stored the message. What can a crash lead to?';
  const alike = 'A consumer commits its offset before it has stored the message. To what can a crash lead?';

  it('are found among stored questions, texts to avoid, and what is being written', async () => {
    const stored = makeDuplicates(memoryStores([sampleQuestion({ text })]), 0.5);
    expect(await stored.claim(alike, []))
      .to.have.nested.property('refusal.detail')
      .that.matches(/streaming-2-001/);

    const fresh = makeDuplicates(memoryStores(), 0.5);
    expect(await fresh.claim(alike, [text])).to.have.nested.property(
      'refusal.detail',
      'it is like a text to avoid',
    );

    const claims = await Promise.all([fresh.claim(text, []), fresh.claim(alike, [])]);
    expect(claims.filter((claim) => 'refusal' in claim)).to.have.length(1);
    for (const claim of claims) if ('release' in claim) claim.release();
    expect(await fresh.claim(alike, [])).to.have.property('release');
  });

  it('give a claim up when the store fails', async () => {
    let isBroken = true;
    const duplicates = makeDuplicates(
      {
        async findSimilar() {
          if (isBroken) throw new Error('away');
          return null;
        },
      },
      0.5,
    );
    const failed = await duplicates.claim(text, []).catch(({ message }) => message);
    isBroken = false;
    expect(failed).to.equal('away');
    expect(await duplicates.claim(text, [])).to.have.property('release');
  });
});

describe('the blind answer', () => {
  const question = fromWritten(sampleWritten());

  it('is asked with text and shuffled options, and nothing else', async () => {
    const { user } = answeringPrompt(await readPrompts(), question, [3, 1, 0, 2], 10);
    expect(JSON.parse(user.slice(7, -8))).to.deep.equal({
      question: question.text,
      options: {
        A: 'A group without lag',
        B: 'A message that is lost',
        C: 'A message stored twice',
        D: 'A broker that is full',
      },
    });
  });

  it('agrees only by naming the key alone, wherever it stands', () => {
    expect(judgeAnswer({ correct: ['B'] }, question, [3, 1, 0, 2])).to.equal(undefined);
    expect(judgeAnswer({ correct: ['D', 'D'] }, question, [3, 2, 0, 1])).to.equal(undefined);
    expect(judgeAnswer({ correct: ['A'] }, question, [3, 1, 0, 2])).to.deep.equal({
      reason: 'wrong_key',
      detail: 'the blind answer is D, the key is B',
    });
    expect(judgeAnswer({ correct: ['A', 'B'] }, question, [3, 1, 0, 2])?.reason).to.equal('ambiguous');
    expect(judgeAnswer({ correct: [] }, question, [3, 1, 0, 2])?.reason).to.equal('ambiguous');
  });
});

describe('the difficulty index of a new question', () => {
  const words = (count: number) => Array.from({ length: count }, (_, n) => `w${n}`).join(' ');
  const unlike = ['alpha one', 'bravo two', 'charlie three', 'delta four'] as const;
  const like = [
    'read from the replica',
    'read from a replica',
    'read at the replica',
    'read of the replica',
  ] as const;

  it('is in the band of its level: higher for long texts and like options, lower for the opposite', () => {
    expect(difficultyIndexOf({ level: 2, text: words(44), options: like })).to.equal(6);
    expect(difficultyIndexOf({ level: 2, text: words(60), options: unlike })).to.equal(5);
    expect(difficultyIndexOf({ level: 2, text: words(10), options: unlike })).to.equal(4);
    expect(difficultyIndexOf({ level: 1, text: words(10), options: unlike })).to.equal(1);
    expect(difficultyIndexOf({ level: 3, text: words(80), options: like })).to.equal(9);
  });

  it('is 10 for an expert’s question, whatever its text', () => {
    expect(difficultyIndexOf({ level: 4, text: words(10), options: unlike })).to.equal(10);
  });
});
