import { TOPICS } from '@rung/domain';
import { expect } from 'chai';
import {
  type BankQuestion,
  bankFigures,
  bankLimits,
  checkBank,
  contentHash,
  readBank,
} from '../src/index.ts';

describe('the bank', () => {
  let bank: BankQuestion[];

  before(async () => {
    bank = await readBank();
  });

  it('passes every mechanical check', () => {
    expect(
      checkBank(bank).map(({ check, ids, message }) => `${check} ${ids.join(' ')}: ${message}`),
    ).to.deep.equal([]);
  });

  it('has questions for each level of each topic', () => {
    const { total, cells } = bankFigures(bank, bankLimits.keyLengthRatio);

    expect(Object.keys(cells)).to.deep.equal(TOPICS);
    expect(Object.values(cells).flatMap((levels) => Object.values(levels))).to.satisfy((counts: number[]) =>
      counts.every((count) => count >= bankLimits.minimumPerCell),
    );
    expect(total).to.equal(bank.length);
  });

  it('has no content twice', () => {
    expect(new Set(bank.map(contentHash)).size).to.equal(bank.length);
  });
});
