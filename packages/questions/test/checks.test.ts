import { TOPICS } from '@rung/domain';
import { expect } from 'chai';
import { type BankLimits, type BankQuestion, bankLimits, checkBank, type Finding } from '../src/index.ts';
import { sampleQuestion } from './samples.ts';

const anySize: BankLimits = {
  ...bankLimits,
  minimumPerCell: 0,
  positionsChiSquare: Number.POSITIVE_INFINITY,
  keyLongest: { min: 0, max: 1 },
  keyFarLonger: 1,
};

function findings(questions: readonly BankQuestion[], limits: Partial<BankLimits> = {}): Finding[] {
  return checkBank(questions, { ...anySize, ...limits });
}

/** What is found in a single question. */
function faultsOf(differences: Partial<BankQuestion>): string[] {
  return findings([sampleQuestion(differences)]).map(({ message }) => message);
}

/** `count` questions that are nothing alike, the n-th changed by `differences(n)`. */
function many(count: number, differences: (n: number) => Partial<BankQuestion>): BankQuestion[] {
  return Array.from({ length: count }, (_, n) =>
    sampleQuestion({
      id: `streaming-2-${String(n).padStart(3, '0')}`,
      text: `${String.fromCharCode(97 + n).repeat(40)}?`,
      ...differences(n),
    }),
  );
}

describe('checkBank', () => {
  it('finds nothing in a question that is in order', () => {
    expect(faultsOf({})).to.deep.equal([]);
  });

  it('names each level of each topic that has too few questions', () => {
    const found = findings([sampleQuestion()], { minimumPerCell: 1 });

    expect(found).to.have.length(TOPICS.length * 4 - 1);
    expect(found[0]).to.deep.equal({
      check: 'cells',
      ids: [],
      message: 'data_modeling level 1 has 0 questions, 1 are needed',
    });
  });

  it('finds texts that are too long, and a message that would be', () => {
    const options = sampleQuestion().options;
    const long = 'x'.repeat(161);

    expect(faultsOf({ text: 'x'.repeat(600) })).to.deep.equal([]);
    expect(faultsOf({ text: 'x'.repeat(601) })).to.deep.equal([
      'the question has 601 characters, 600 are allowed',
    ]);
    expect(faultsOf({ options: [options[0], options[1], long, options[3]] })).to.deep.equal([
      'option "xxxxxxxxxxxxxxxxxxxx…" has 161 characters, 160 are allowed',
    ]);
    expect(faultsOf({ explanation: `One. ${'x'.repeat(700)}.` })).to.deep.equal([
      'the explanation has 706 characters, 700 are allowed',
    ]);
    expect(findings([sampleQuestion()], { framingLength: 4096 })).to.have.length(1);
  });

  it('finds options that say the same, but for case and space', () => {
    expect(faultsOf({ options: ['One  thing', 'Another', 'one thing', 'A third'] })).to.deep.equal([
      'option "one thing" is there twice',
    ]);
  });

  it('finds options that point at other options', () => {
    const withLast = (last: string) => faultsOf({ options: ['First', 'Second', 'Third', last] });

    for (const last of ['All of the above', 'none of these answers', 'Both A and C', 'Neither A nor B']) {
      expect(withLast(last), last).to.deep.equal(['an option points at other options']);
    }
    expect(withLast('Both a key and a value')).to.deep.equal([]);
  });

  it('finds links in any text', () => {
    for (const link of ['see https://a.b/c', 'www.a.b', 'kafka.apache.org']) {
      expect(faultsOf({ reference: link }), link).to.deep.equal(['it has a link']);
    }
    expect(faultsOf({ text: 'What does orders.customer_id in file.py refer to?' })).to.deep.equal([]);
  });

  it('wants two or three sentences of explanation', () => {
    expect(faultsOf({ explanation: 'It is so.' })).to.deep.equal([
      'the explanation has 1 sentences instead of 2 to 3',
    ]);
    expect(faultsOf({ explanation: 'One. Two! Three? Four.' })).to.deep.equal([
      'the explanation has 4 sentences instead of 2 to 3',
    ]);
    expect(
      faultsOf({ explanation: 'In 3.5 it is so, e.g. by default. "It was not so in 2.4."' }),
    ).to.deep.equal([]);
  });

  it('finds a word of the question that only the key repeats, in singular or plural', () => {
    const text = 'How does a broker find the partitions of a topic with replicas?';
    const options = [
      'By its partition number',
      'By a random choice',
      'By the replica',
      'By the clock',
    ] as const;

    expect(faultsOf({ text, options, correctIndex: 0 })).to.deep.equal([
      'only the key repeats partition from the question',
    ]);
    expect(faultsOf({ text, options, correctIndex: 1 })).to.deep.equal([]);
  });

  it('finds keys that gather at one position', () => {
    const even = many(8, (n) => ({ correctIndex: ([0, 1, 2, 3] as const)[n % 4] ?? 0 }));
    const gathered = many(8, () => ({ correctIndex: 1 }));
    const { positionsChiSquare } = bankLimits;

    expect(findings(even, { positionsChiSquare })).to.deep.equal([]);
    expect(findings(gathered, { positionsChiSquare }).map(({ message }) => message)).to.deep.equal([
      'keys at A-D are 0, 8, 0, 0: chi-square 24.00',
    ]);
  });

  it('finds a level whose keys are too often, or too seldom, the longest option', () => {
    const withLongest = (share: number) =>
      many(20, (n) => ({ options: ['aaaa', n < share * 20 ? 'bbbbb' : 'bbb', 'cccc', 'dddd'] }));
    const messages = (share: number) =>
      findings(withLongest(share), { keyLongest: bankLimits.keyLongest })
        .filter(({ message }) => message.startsWith('level 2'))
        .map(({ message }) => message);

    expect(messages(0.25)).to.deep.equal([]);
    expect(messages(0.5)).to.deep.equal(['level 2: the key is the longest in 50 %, not in 20 %-32 %']);
    expect(messages(0.1)).to.deep.equal(['level 2: the key is the longest in 10 %, not in 20 %-32 %']);
  });

  it('does not call a key the longest that shares its length with another option', () => {
    const level = many(4, () => ({ options: ['aaaa', 'bbbb', 'ccc', 'ddd'] }));

    expect(findings(level, { keyLongest: { min: 0, max: 0 } })).to.deep.equal([]);
  });

  it('finds a level with too many keys that are far longer than the others', () => {
    const level = many(10, (n) => ({ options: ['aaaa', 'b'.repeat(n === 0 ? 7 : 6), 'cccc', 'dddd'] }));

    expect(findings(level, { keyFarLonger: 0.1 })).to.deep.equal([]);
    expect(findings(level, { keyFarLonger: 0.05 }).map(({ message }) => message)).to.deep.equal([
      'level 2: the key is far longer in 10 %, at most 5 % may be',
    ]);
  });

  it('finds two questions that ask nearly the same', () => {
    const text = 'A consumer commits its offset before it stores the message. What may a crash lead to?';
    const found = findings([sampleQuestion(), sampleQuestion({ id: 'streaming-2-002', text })]);

    expect(found).to.have.length(1);
    expect(found[0]?.check).to.equal('similarity');
    expect(found[0]?.ids).to.deep.equal(['streaming-2-001', 'streaming-2-002']);
  });
});
