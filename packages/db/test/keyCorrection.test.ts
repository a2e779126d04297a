import { expect } from 'chai';
import { type KeyedVersion, planCorrection } from '../src/keyCorrection.ts';

const options = ['ten', 'twenty', 'thirty', 'forty'];
const version = (number: number, change: Partial<KeyedVersion> = {}): KeyedVersion => ({
  version: number,
  text: 'How many?',
  options,
  correctIndex: 0,
  reported: false,
  ...change,
});

describe('a fix', () => {
  it('of the key corrects the current version', () => {
    expect(planCorrection({ options, correctIndex: 2 }, [version(1)])).to.deep.equal([
      { version: 1, correctedIndex: 2 },
    ]);
  });

  it('of the key finds the right option by its text where options have moved', () => {
    const moved = { options: ['forty', 'thirty', 'ten', 'twenty'], correctIndex: 1 };
    expect(planCorrection(moved, [version(1)])).to.deep.equal([{ version: 1, correctedIndex: 2 }]);
  });

  it('that only moves options changes no answer', () => {
    const moved = { options: ['forty', 'ten', 'twenty', 'thirty'], correctIndex: 1 };
    expect(planCorrection(moved, [version(1)])).to.deep.equal([]);
  });

  it('of words changes no answer, also of the words of the key', () => {
    expect(planCorrection({ options, correctIndex: 0 }, [version(1)])).to.deep.equal([]);
    const reworded = { options: ['ten of them', 'twenty', 'thirty of them', 'forty'], correctIndex: 0 };
    expect(planCorrection(reworded, [version(1)])).to.deep.equal([]);
  });

  it('that changes key and words of options at once is ambiguous', () => {
    const both = { options: ['ten', 'twenty', 'thirty', 'fifty'], correctIndex: 2 };
    expect(planCorrection(both, [version(1)])).to.equal('ambiguous');
  });

  it('that moves options and rewords others is ambiguous', () => {
    const both = { options: ['ten', 'thirty', 'twenty', 'fifty'], correctIndex: 0 };
    expect(planCorrection(both, [version(1)])).to.equal('ambiguous');
  });

  it('corrects older versions with the same question, options and key', () => {
    const versions = [
      version(1),
      version(2, { options: [...options].reverse(), correctIndex: 3 }),
      version(3),
    ];
    expect(planCorrection({ options, correctIndex: 1 }, versions)).to.deep.equal([
      { version: 1, correctedIndex: 1 },
      { version: 2, correctedIndex: 2 },
      { version: 3, correctedIndex: 1 },
    ]);
  });

  it('leaves older versions alone that asked something else, unless they are under report', () => {
    const versions = [
      version(1, { text: 'How many in version 15?' }),
      version(2, { text: 'How many in version 16?', reported: true }),
      version(3),
    ];
    const plan = planCorrection({ options, correctIndex: 1 }, versions);
    expect(plan).to.deep.equal([
      { version: 2, correctedIndex: 1 },
      { version: 3, correctedIndex: 1 },
    ]);
  });

  it('leaves older versions alone that had another key or other options', () => {
    const versions = [
      version(1, { correctIndex: 3, reported: true }),
      version(2, { options: ['ten', 'twenty', 'thirty', 'fifty'], reported: true }),
      version(3),
    ];
    expect(planCorrection({ options, correctIndex: 1 }, versions)).to.deep.equal([
      { version: 3, correctedIndex: 1 },
    ]);
  });

  it('needs a version to fix', () => {
    expect(() => planCorrection({ options, correctIndex: 1 }, [])).to.throw(RangeError);
  });
});
