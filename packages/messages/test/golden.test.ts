import { readFileSync } from 'node:fs';
import { decodeCallback } from '@rung/domain';
import { expect } from 'chai';
import { makeMessages, type Rendered } from '../src/index.ts';
import { feedback, notices, renderAll } from './samples.ts';

const messages = makeMessages('en');

/** A message as it stands in the golden file: the text, then each row of buttons. */
function printed({ text, keyboard }: Rendered): string {
  const rows = keyboard.map((row) => row.map((button) => `[${button.text} ${button.data}]`).join(' '));
  return [text, ...rows].join('\n');
}

function timeLine(nextAt: string, timezone: string): string | undefined {
  return messages
    .feedback({ ...feedback, nextAt, timezone })
    .text.split('\n')
    .at(-1);
}

describe('What a learner reads', () => {
  it('is what the golden file holds, message by message', () => {
    const golden = readFileSync(new URL('golden/en.txt', import.meta.url), 'utf8');
    expect(`${renderAll(messages).map(printed).join('\n=====\n')}\n`).to.equal(golden);
  });

  it('says when the next question comes on the clock of the learner', () => {
    expect(timeLine('2026-03-29T00:05:00Z', 'Europe/Madrid')).to.equal(
      '⏰ Next question: <b>Sunday, Mar 29 at 01:05 (Europe/Madrid)</b>',
    );
    expect(timeLine('2026-03-29T01:00:00Z', 'Europe/Madrid')).to.include('Sunday, Mar 29 at 03:00');
    expect(timeLine('2026-12-31T18:30:00Z', 'Asia/Kolkata')).to.include(
      'Friday, Jan 1 at 00:00 (Asia/Kolkata)',
    );
    expect(timeLine('2026-01-01T09:00:00Z', 'Pacific/Pago_Pago')).to.include('Wednesday, Dec 31 at 22:00');
  });

  it('leaves the line out when no question is planned', () => {
    expect(messages.feedback({ ...feedback, nextAt: null }).text).not.to.include('Next question');
  });

  it('offers only buttons that the domain understands', () => {
    const data = renderAll(messages).flatMap(({ keyboard }) => keyboard.flat().map((button) => button.data));
    expect(data).not.to.be.empty;
    for (const one of data) expect(decodeCallback(one), one).not.to.equal(null);
  });

  it('has a short notice for each outcome of a tap', () => {
    const texts = notices.map(messages.notice);
    expect(new Set(texts).size).to.equal(notices.length);
    expect(messages.notice('graded_correct')).to.equal('✅ Correct!');
  });
});
