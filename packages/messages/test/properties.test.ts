import { TOPICS } from '@rung/domain';
import { expect } from 'chai';
import fc from 'fast-check';
import { makeMessages, type Rendered } from '../src/index.ts';
import { parseTelegramHtml } from './telegramHtml.ts';

const messages = makeMessages('en');
const RUNS = { numRuns: 150 };

/** Text as hostile as it comes: markup, entities, backticks, surrogates, control characters, and long. */
const unit = fc.oneof(
  fc.constantFrom(
    '<b>',
    '</i>',
    '&amp;',
    '&',
    '"',
    '`',
    '```',
    '{ $x }',
    '\n',
    '\r',
    '\u0000',
    '\ud83d',
    '\udd25',
    '🏔️',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const text = fc.oneof(
  fc.array(unit, { maxLength: 30 }).map((units) => units.join('')),
  fc.tuple(unit, fc.integer({ min: 0, max: 3000 })).map(([one, times]) => one.repeat(times).slice(0, 20_000)),
);
const level = fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const);
const position = fc.integer({ min: 0, max: 3 });
const count = fc.integer({ min: 0, max: 100_000 });
const instant = fc.date({ min: new Date('2024-01-01'), max: new Date('2034-01-01'), noInvalidDate: true });
const next = {
  nextAt: fc.option(instant.map((date) => date.toISOString())),
  timezone: fc.constantFrom('UTC', 'Asia/Kolkata', 'America/Argentina/ComodRivadavia', 'Pacific/Apia'),
};
const question = {
  deliveryId: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String),
  topic: fc.constantFrom(...TOPICS),
  level,
  text,
  options: fc.array(text, { minLength: 4, maxLength: 4 }),
};
const graded = { ...question, correct: position, explanation: text, streakAfter: count };

function expectSendable({ text, keyboard }: Rendered): void {
  const seen = parseTelegramHtml(text);
  expect(seen.length).to.be.within(1, 4096);
  for (const button of keyboard.flat()) {
    expect(Buffer.byteLength(button.data)).to.be.within(1, 64);
    expect(button.text.trim()).not.to.equal('');
    expect(button.text.isWellFormed()).to.equal(true);
  }
}

describe('Whatever the data, Telegram accepts', () => {
  it('the question', () => {
    fc.assert(
      fc.property(fc.record(question), (view) => expectSendable(messages.question(view))),
      RUNS,
    );
  });

  it('the feedback', () => {
    const view = fc.record({
      ...graded,
      ...next,
      chosen: position,
      streakBefore: count,
      bestStreak: count,
      levelBefore: level,
      levelAfter: level,
      consecutiveCorrect: count,
      freezes: count,
      freezeEarned: fc.boolean(),
      missedDays: count,
      freezesUsed: count,
      totalAnswered: fc.integer({ min: 1, max: 100_000 }),
      totalCorrect: count,
    });
    fc.assert(
      fc.property(view, (one) => expectSendable(messages.feedback(one))),
      RUNS,
    );
  });

  it('the expired question', () => {
    const missed = fc.constantFrom('missed' as const, 'frozen' as const, 'paused' as const);
    fc.assert(
      fc.property(fc.record({ ...graded, ...next, missed }), (view) =>
        expectSendable(messages.expired(view)),
      ),
      RUNS,
    );
  });

  it('the news of a correction', () => {
    const view = fc.record({
      topic: question.topic,
      level,
      text,
      answer: text,
      explanation: text,
      correct: fc.boolean(),
      totalAnswered: fc.integer({ min: 1, max: 100_000 }),
      totalCorrect: count,
    });
    fc.assert(
      fc.property(view, (one) => expectSendable(messages.correction(one))),
      RUNS,
    );
  });

  it('the replies to names and typed text', () => {
    const deliveryTime = fc.constantFrom('00:00', '23:59');
    const choices = fc.array(fc.record({ label: text, zone: next.timezone }), { maxLength: 4 });
    const reply = fc.oneof(
      fc.record({
        kind: fc.constant('welcome' as const),
        back: fc.boolean(),
        firstName: text,
        deliveryTime,
        ...next,
      }),
      fc.record({ kind: fc.constant('timezone_choices' as const), input: text, choices }),
      fc.record({ kind: fc.constant('ask_timezone' as const), suggestions: choices }),
      fc.record({ kind: fc.constant('timezone_unknown' as const), input: text }),
      fc.record({ kind: fc.constant('delivery_time_unknown' as const), input: text }),
      fc.record({ kind: fc.constant('ask_report' as const), deliveryId: question.deliveryId, text }),
    );
    fc.assert(
      fc.property(reply, (one) => expectSendable(messages.reply(one))),
      RUNS,
    );
  });
});
