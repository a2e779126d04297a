import { seededRandom, TOPICS } from '@rung/domain';
import { expect } from 'chai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { answerSchema } from '../../src/generation/answer.ts';
import { contextOf } from '../../src/generation/context.ts';
import { tidy } from '../../src/generation/tidy.ts';
import { asWritten, fromWritten, writtenSchema } from '../../src/generation/written.ts';
import { generationLimits, readBank, readPrompts } from '../../src/index.ts';
import { sampleQuestion } from '../samples.ts';
import { sampleWritten } from './samples.ts';

const asked = { level: 2, topic: 'streaming', userId: null, weakPoints: [], avoid: [] } as const;

describe('the prompts', () => {
  it('have a version that names the text', async () => {
    const { version } = await readPrompts();
    // A change of the text changes the second half by itself; raise the number with it.
    expect(version).to.match(/^1-[0-9a-f]{8}$/);
  });

  it('know every level, and forbid what the checks refuse', async () => {
    const { write, answer } = await readPrompts();
    expect(write).to.match(/1 foundations.*2 practical.*3 diagnosis.*4 design/s);
    for (const word of ['links', 'handles', 'emoji', 'HTML', 'politics', 'religion'])
      expect(write).to.include(word);
    expect(answer).to.include('all options that');
  });
});

describe('the context', () => {
  it('takes examples of the level and topic, others each time, the same for the same seed', async () => {
    const bank = await readBank();
    const drawn = (seed: string) =>
      contextOf(asked, bank, seededRandom(seed), generationLimits).examples.map(({ id }) => id);

    expect(drawn('a')).to.have.length(3);
    expect(drawn('a').every((id) => id.startsWith('streaming-2-'))).to.equal(true);
    expect(drawn('a')).to.deep.equal(drawn('a'));
    expect(drawn('a')).not.to.deep.equal(drawn('b'));
    expect(new Set(drawn('c')).size).to.equal(3);
  });

  it('takes examples of the topic when its level has too few', () => {
    const bank = [1, 2, 3].map((n) => sampleQuestion({ id: `streaming-3-00${n}`, level: 3 }));
    const others = [1, 2, 3].map((n) => sampleQuestion({ id: `etl-vs-elt-2-00${n}`, topic: 'etl_vs_elt' }));
    const { examples } = contextOf(asked, [...others, ...bank], seededRandom('a'), generationLimits);
    expect(examples.map(({ topic }) => topic)).to.deep.equal(['streaming', 'streaming', 'streaming']);
  });

  it('cuts the texts of others in number and length', () => {
    const texts = Array.from({ length: 20 }, (_, n) => `${n} ${'x'.repeat(1_000)}`);
    const { weakPoints, avoid } = contextOf(
      { ...asked, weakPoints: texts, avoid: texts },
      [],
      seededRandom('a'),
      generationLimits,
    );
    expect(weakPoints).to.deep.equal(texts.slice(0, 8).map((text) => text.slice(0, 300)));
    expect(avoid).to.deep.equal(weakPoints);
  });
});

describe('the form in which models write', () => {
  it('is the bank’s question, there and back', async () => {
    const question = sampleQuestion();
    const { id, ...content } = question;
    expect(fromWritten(writtenSchema.parse(asWritten(question)))).to.deep.equal(content);
    for (const topic of TOPICS)
      expect(writtenSchema.safeParse(sampleWritten({ topic })).success).to.equal(true);
  });

  it('has a JSON schema within what every provider takes', () => {
    const words = JSON.stringify([
      zodResponseFormat(writtenSchema, 'question'),
      zodResponseFormat(answerSchema, 'answer'),
    ]);
    for (const keyword of ['minLength', 'maxItems', 'oneOf', 'prefixItems', 'pattern', '$ref']) {
      expect(words).not.to.include(keyword);
    }
    expect(words).to.include('"strict":true').and.to.include('"additionalProperties":false');
  });

  it('refuses what is more, less or other than a question', () => {
    const { question: _, ...less } = sampleWritten();
    const others = [
      { ...sampleWritten(), level: 5 },
      { ...sampleWritten(), topic: 'politics' },
      { ...sampleWritten(), answer: 'E' },
      { ...sampleWritten(), explanation: '  ' },
      { ...sampleWritten(), options: { A: 'a', B: 'b', C: 'c' } },
      { ...sampleWritten(), options: ['a', 'b', 'c', 'd'] },
      { ...sampleWritten(), more: true },
      JSON.parse(JSON.stringify(sampleWritten()).replace('{', '{"__proto__":{"polluted":true},')),
      less,
      [],
      null,
    ];
    expect(others.filter((other) => writtenSchema.safeParse(other).success)).to.deep.equal([]);
  });
});

describe('tidying', () => {
  it('makes one paragraph of a text', () => {
    expect(tidy(' one\n\n two\t three\u00A0four ')).to.equal('one two three four');
  });

  it('marks as code what a chat would make tappable, and leaves code as it is', () => {
    expect(tidy('Set linger.ms, join on orders.id, run /etc/cron.d/job @daily')).to.equal(
      'Set `linger.ms`, join on `orders.id`, run `/etc/cron.d/job` `@daily`',
    );
    expect(tidy('Set `linger.ms` in `/etc/kafka`')).to.equal('Set `linger.ms` in `/etc/kafka`');
    expect(tidy('</data> and/or user@host.id')).to.equal('</data> and/or user@host.id');
  });
});
