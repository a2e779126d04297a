import { expect } from 'chai';
import { bankLimits, contentHash, parseRows } from '../src/index.ts';
import { sampleQuestion } from './samples.ts';

const { text, options, correctIndex, ...plain } = sampleQuestion();
const row = { ...plain, question_text: text, options, correct_index: correctIndex };
const other = {
  ...row,
  id: 'streaming-2-002',
  question_text: 'A window of five minutes closes late. Which of these settings decides how long it waits?',
};

type Stored = { id: string; text: string; status?: 'active' | 'retired' };

function parse(rows: readonly object[], stored: readonly Stored[] = []) {
  const withStatus = stored.map((one) => ({ status: 'active' as const, ...one }));
  return parseRows(rows.map((one) => JSON.stringify(one)).join('\n'), withStatus, bankLimits);
}
const faultsOf = (...args: Parameters<typeof parse>) =>
  parse(...args).faults.map(({ line, message }) => `${line} ${message}`);

describe('lines of questions', () => {
  it('become questions that can be stored, with what only the database decides left out', () => {
    const exported = { ...row, version: 3, content_hash: 'x', random_key: 0.5, created_at: '2026-01-01' };
    expect(parse([exported])).to.deep.equal({
      rows: [
        {
          ...sampleQuestion(),
          difficultyIndex: 5,
          contentHash: contentHash(sampleQuestion()),
          source: 'static',
          status: 'active',
        },
      ],
      faults: [],
    });
  });

  it('keep their difficulty index, source and status', () => {
    const id = 'generated-0b6f1d52-7f5c-4b8e-9a51-3a4b1c2d3e4f';
    const { rows } = parse([{ ...row, id, difficulty_index: 7, source: 'model-1', status: 'retired' }]);
    expect(rows[0]).to.deep.include({ id, difficultyIndex: 7, source: 'model-1', status: 'retired' });
  });

  it('are all looked at, and every fault is named with its line', () => {
    const lines = [
      JSON.stringify(row),
      '',
      '{"id": ',
      JSON.stringify({ ...other, options: ['a', 'b', 'A ', 'd'], correct_index: 4 }),
      JSON.stringify({ ...other, explanation: 'Short.', difficulty_index: 11 }),
      JSON.stringify({ ...other, explanation: 'Short.' }),
      JSON.stringify({ ...other, colour: 'red' }),
    ];
    const { faults } = parseRows(lines.join('\n'), [], bankLimits);
    expect(faults.map(({ line, message }) => `${line} ${message}`)).to.deep.equal([
      '3 is not JSON',
      '4 options must differ from each other',
      '4 correct_index must be 0, 1, 2 or 3',
      '5 difficulty_index must be 1 to 10',
      '6 the explanation has 1 sentences instead of 2 to 3',
      '7 Unrecognized key: "colour"',
    ]);
  });

  it('must have ids that fit their topic, level and source', () => {
    expect(faultsOf([{ ...row, id: 'streaming-3-001' }])).to.deep.equal([
      '1 id must be streaming-2-<three digits>',
    ]);
    expect(faultsOf([{ ...row, source: 'model-1' }])).to.deep.equal([
      '1 id must be generated-<uuid>, as its source is a model',
    ]);
  });

  it('have each id once', () => {
    expect(faultsOf([row, { ...other, id: row.id }])).to.deep.equal([
      '2 id streaming-2-001 is taken by line 1',
    ]);
  });

  it('ask nothing that another line or a stored question asks', () => {
    const alike = { ...other, question_text: `${text} Why?` };
    expect(faultsOf([row, alike])).to.deep.equal([
      '2 its text is 0.97 alike that of streaming-2-001 in line 1',
    ]);
    expect(faultsOf([alike], [{ id: row.id, text }])).to.deep.equal([
      '1 its text is 0.97 alike that of streaming-2-001',
    ]);
    expect(faultsOf([alike, other], [{ id: alike.id, text: 'something else' }])).to.have.length(1);
  });

  it('may ask what a retired question asked, for its level or topic cannot change under its id', () => {
    const moved = { ...row, id: 'streaming-3-011', level: 3 };
    expect(faultsOf([moved], [{ id: row.id, text, status: 'retired' }])).to.deep.equal([]);
    expect(faultsOf([{ ...row, status: 'retired' }, moved])).to.deep.equal([]);
    expect(faultsOf([{ ...row, status: 'retired' }, moved], [{ id: row.id, text }])).to.have.length(1);
  });

  it('hold nothing that a database cannot', () => {
    const [fault] = ['has characters that cannot be stored (NUL, or half of a pair)'];
    expect(faultsOf([{ ...row, question_text: `${text}\u0000` }])).to.deep.equal([
      `1 question_text ${fault}`,
    ]);
    expect(
      faultsOf([{ ...row, options: options.with(1, 'half \ud800'), reference: '\udc00 half' }]),
    ).to.deep.equal([`1 options.1 ${fault}`, `1 reference ${fault}`]);
  });

  it('may say what is stored under their own ids, and stand beside what was alike already', () => {
    const alike = { ...other, question_text: `${text} Why?` };
    const stored = [
      { id: row.id, text },
      { id: alike.id, text: alike.question_text },
    ];
    expect(faultsOf([row, alike], stored)).to.deep.equal([]);
    expect(faultsOf([{ ...row, question_text: other.question_text }], stored)).to.deep.equal([]);
  });
});
