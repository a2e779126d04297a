import { expect } from 'chai';
import { until } from '../../../scripts/stack/until.ts';
import { makeRefusalLog } from '../src/refusalLog.ts';

describe('the log of refused updates', () => {
  it('writes one line for all that are refused within a second, with their number and the first error', async () => {
    const lines: unknown[] = [];
    const refused = makeRefusalLog({ warn: (message, fields) => void lines.push([message, fields]) });
    const first = new Error('the inbox is away');
    refused(first);
    for (let i = 0; i < 999; i++) refused(new Error('and still is'));
    expect(lines).to.deep.equal([]);
    await until('the line is written', 5_000, () => lines.length > 0);
    expect(lines).to.deep.equal([['updates not accepted', { count: 1_000, error: first }]]);
    refused(new Error('again'));
    await until('the next line is written', 5_000, () => lines.length > 1);
    expect(lines[1]).to.have.nested.property('[1].count', 1);
  });
});
