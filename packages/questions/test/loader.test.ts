import { expect } from 'chai';
import {
  type BankQuestion,
  type BankStore,
  contentHash,
  type LoadableQuestion,
  loadBank,
} from '../src/index.ts';
import { sampleQuestion } from './samples.ts';

describe('contentHash', () => {
  it('stays the same from release to release', () => {
    expect(contentHash(sampleQuestion())).to.equal(
      '76abf385d9dae32c3124574be2716c98179d102d070e60ee74d53f27f1d05439',
    );
  });

  it('does not depend on the id or on the order of the fields', () => {
    const { id, ...content } = sampleQuestion();
    const reversed = Object.fromEntries(Object.entries(content).reverse()) as Omit<BankQuestion, 'id'>;

    expect(contentHash(reversed)).to.equal(contentHash(sampleQuestion({ id: 'streaming-2-002' })));
  });

  const changes: Partial<BankQuestion>[] = [
    { level: 3 },
    { topic: 'observability' },
    { text: 'Why?' },
    {
      options: [
        'A message that is lost',
        'A message stored twice',
        'A broker that is full',
        'A group without lag',
      ],
    },
    { correctIndex: 2 },
    { explanation: 'So it is. So it stays.' },
    { reference: 'A page' },
  ];
  for (const change of changes) {
    it(`changes with the ${Object.keys(change).join()}`, () => {
      expect(contentHash(sampleQuestion(change))).not.to.equal(contentHash(sampleQuestion()));
    });
  }
});

describe('loadBank', () => {
  it('hands the store every question with its hash and first difficulty, and gives back its report', async () => {
    const bank = [sampleQuestion(), sampleQuestion({ id: 'streaming-4-001', level: 4 })];
    const report = {
      added: ['streaming-4-001'],
      updated: [],
      unchanged: [],
      retired: [],
      kept: ['streaming-2-001'],
    };
    const loads: (readonly LoadableQuestion[])[] = [];
    const store: BankStore = {
      load: async (questions) => {
        loads.push(questions);
        return report;
      },
    };

    expect(await loadBank(bank, store)).to.equal(report);
    expect(loads).to.deep.equal([
      bank.map((question, index) => ({
        ...question,
        difficultyIndex: index === 0 ? 5 : 10,
        contentHash: contentHash(question),
      })),
    ]);
  });
});
