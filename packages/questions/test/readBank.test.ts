import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { BankError, readBank } from '../src/index.ts';

const GOOD = `topic: streaming
questions:
  - id: streaming-2-001
    level: 2
    question: >-
      One line
      and another?
    options: [First, Second, Third, Fourth]
    answer: C
    explanation: It is the third. It is not the first.
    reference: A page
`;

describe('readBank', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bank-'));
  });

  afterEach(() => rm(directory, { recursive: true }));

  const write = (name: string, text: string) => writeFile(join(directory, name), text);

  async function faults(): Promise<string[]> {
    try {
      await readBank(directory);
    } catch (error) {
      if (error instanceof BankError) {
        return error.faults.map(({ file, line, message }) => `${file}:${line} ${message}`);
      }
      throw error;
    }
    return [];
  }

  it('reads the files in the order of their names and turns letters into positions', async () => {
    await write('streaming.yaml', GOOD);
    await write(
      'data_quality.yaml',
      GOOD.replaceAll('streaming', 'data_quality').replace('id: data_', 'id: data-'),
    );
    await write('notes.txt', 'not a part of the bank');

    const bank = await readBank(directory);

    expect(bank.map(({ id }) => id)).to.deep.equal(['data-quality-2-001', 'streaming-2-001']);
    expect(bank[1]).to.deep.equal({
      id: 'streaming-2-001',
      level: 2,
      topic: 'streaming',
      text: 'One line and another?',
      options: ['First', 'Second', 'Third', 'Fourth'],
      correctIndex: 2,
      explanation: 'It is the third. It is not the first.',
      reference: 'A page',
    });
  });

  it('reports every fault of every file, with its line', async () => {
    await write(
      'streaming.yaml',
      GOOD.replace('level: 2', 'level: 3')
        .replace('Fourth]', 'first]')
        .replace('answer: C', 'answer: E')
        .replace('explanation: It is the third. It is not the first.', 'hint: none'),
    );
    await write('data_quality.yaml', GOOD);

    expect(await faults()).to.have.members([
      'data_quality.yaml:1 topic streaming belongs in streaming.yaml',
      'streaming.yaml:8 options must differ from each other',
      'streaming.yaml:9 answer must be A, B, C or D',
      'streaming.yaml:3 explanation is missing',
      'streaming.yaml:3 Unrecognized key: "hint"',
    ]);
  });

  it('finds an id whose level is not that of the question', async () => {
    await write('streaming.yaml', GOOD.replace('level: 2', 'level: 3'));

    expect(await faults()).to.deep.equal(['streaming.yaml:3 id must name the level that the question has']);
  });

  it('finds an id of another topic', async () => {
    await write('streaming.yaml', GOOD.replace('id: streaming', 'id: data-quality'));

    expect(await faults()).to.deep.equal(['streaming.yaml:3 id must be streaming-<level>-<three digits>']);
  });

  it('finds an id that is taken', async () => {
    await write('streaming.yaml', GOOD + GOOD.slice(GOOD.indexOf('  - id')));

    expect(await faults()).to.deep.equal([
      'streaming.yaml:12 id streaming-2-001 is taken by streaming.yaml:3',
    ]);
  });

  it('asks for quotes where YAML reads an option as something else', async () => {
    await write('streaming.yaml', GOOD.replace('Second', 'Result: none').replace('Third', '3'));

    const found = await faults();

    expect(found).to.have.length(2);
    for (const fault of found)
      expect(fault).to.match(/^streaming\.yaml:8 options\.[12] must be text: put it in quotes/);
  });

  it('wants four options', async () => {
    await write('streaming.yaml', GOOD.replace(', Fourth', ''));

    expect(await faults()).to.deep.equal(['streaming.yaml:8 options must be four options']);
  });

  it('says where a file is not YAML', async () => {
    await write('streaming.yaml', GOOD.replace('[First', '[[First'));

    const [fault] = await faults();

    expect(fault).to.match(/^streaming\.yaml:\d+ /);
  });

  it('names a topic that does not exist, a file without questions and an entry that is no question', async () => {
    await write('cooking.yaml', GOOD.replaceAll('streaming', 'cooking'));
    await write('data_quality.yaml', 'topic: data_quality\n');
    await write('streaming.yaml', 'topic: streaming\nquestions:\n  - Why?\n');

    const found = await faults();

    expect(found).to.have.length(3);
    expect(found[0]).to.match(/^cooking\.yaml:1 topic must be one of data_modeling, /);
    expect(found[1]).to.equal('data_quality.yaml:1 questions must be a list of questions');
    expect(found[2]).to.match(/^streaming\.yaml:3 /);
  });
});
