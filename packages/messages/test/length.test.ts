import { expect } from 'chai';
import { makeMessages } from '../src/index.ts';
import { feedback, question } from './samples.ts';
import { parseTelegramHtml } from './telegramHtml.ts';

const messages = makeMessages('en');

describe('A message that would be too long', () => {
  it('loses the end of its explanation and nothing else', () => {
    const seen = parseTelegramHtml(messages.feedback({ ...feedback, explanation: 'why '.repeat(2000) }).text);
    expect(seen).to.have.length.within(4080, 4096);
    expect(seen).to.include('why why why').and.to.include('why…\n\n🔥').and.to.include('leading column');
  });

  it('is cut only for what is seen, not for its markup', () => {
    const explanation = '&'.repeat(3000);
    const seen = parseTelegramHtml(messages.feedback({ ...feedback, explanation }).text);
    expect(seen).to.include(explanation);
  });

  it('keeps part of the explanation, and the short options whole, when a long option takes the room', () => {
    const options = ['short one', 'x'.repeat(9000), 'short two', 'y'.repeat(50)];
    const explanation = 'e'.repeat(1000);
    const seen = parseTelegramHtml(messages.feedback({ ...feedback, options, explanation }).text);
    expect(seen).to.have.length.within(4080, 4096);
    expect(seen).to.include('short one').and.to.include('short two').and.to.include('y'.repeat(50));
    expect(seen)
      .to.include(`${'e'.repeat(399)}…`)
      .and.to.include('x…');
  });

  it('shows code without its backticks, and a stray backtick as it is', () => {
    const view = {
      ...question,
      text: '`SELECT <x>` and ```sql\nFROM `y`',
      options: ['`a', 'b`', '``', '```c\n```'],
    };
    const { text } = messages.question(view);
    expect(text).to.include('<code>SELECT &lt;x&gt;</code> and');
    expect(parseTelegramHtml(text)).to.include('A. `a').and.to.include('B. b`').and.to.include('C. ``');
  });

  it('shows a block of code as one', () => {
    const { text } = messages.question({ ...question, text: 'Given\n```sql\nSELECT 1;\n```\nwhat next?' });
    expect(text).to.include('Given\n<pre>SELECT 1;</pre>\nwhat next?');
  });
});
