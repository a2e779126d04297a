import { expect } from 'chai';
import { formatEntry, putEntry } from '../src/index.ts';
import { sampleQuestion } from './samples.ts';

const FILE = 'streaming.yaml';
const before = sampleQuestion({ id: 'streaming-2-001', text: 'What comes first?' });
const after = sampleQuestion({ id: 'streaming-2-003', text: 'What comes last?' });
const head = 'topic: streaming\n# Written by hand.\nquestions:\n';
const middle = `  - id: streaming-2-002   # oddly written
    level: 2
    question: "What comes next?"
    options: [One, Two, Three, Four]
    answer: D
    reference: A page
    explanation: >-
      It is four. It is not three.

`;
const text = `${head}${formatEntry(before)}${middle}${formatEntry(after)}`;
const fixed = sampleQuestion({
  id: 'streaming-2-002',
  text: `Is this "quoted": and ${'quite '.repeat(20)}long? - yes`,
  options: ['yes', '- a dash', '`code`: here', '42'],
  correctIndex: 3,
});

describe('a file of the bank', () => {
  it('gets one entry changed, and all else stays letter for letter', () => {
    const changed = putEntry(FILE, text, fixed);
    expect(changed).to.equal(`${head}${formatEntry(before)}${formatEntry(fixed)}\n${formatEntry(after)}`);
  });

  it('gets its first and its last entry changed, also without a newline at the end', () => {
    const first = sampleQuestion({ id: before.id, text: 'Another question?' });
    expect(putEntry(FILE, text, first)).to.equal(text.replace(formatEntry(before), formatEntry(first)));
    const last = sampleQuestion({ id: after.id, text: 'Another question?' });
    expect(putEntry(FILE, text.trimEnd(), last)).to.equal(
      text.replace(formatEntry(after), formatEntry(last)),
    );
  });

  it('gets an entry that it did not have at its end', () => {
    const added = sampleQuestion({ id: 'streaming-2-004', text: 'Something new?' });
    expect(putEntry(FILE, text, added)).to.equal(`${text}${formatEntry(added)}`);
  });

  it('is not written when it would read otherwise', () => {
    const misplaced = sampleQuestion({ id: 'streaming-3-001' });
    expect(() => putEntry(FILE, text, misplaced)).to.throw('streaming-3-001 cannot be written there');
    expect(() => putEntry('other.yaml', text, fixed)).to.throw('belongs in streaming.yaml');
  });
});
