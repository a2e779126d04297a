import { openPlay, type Stage } from './play.ts';

/** Plays a learner's days from /start to a missed day through the webhook, and prints each message. Throws at a wrong turn. */
export async function playDays(stage: Stage): Promise<void> {
  const { print } = stage;
  const title = (text: string) => print(`── ${text} ${'─'.repeat(Math.max(0, 74 - text.length))}`);
  const play = await openPlay(stage, 'Ada');

  title('Day 1: hello, and the first question');
  const welcome = await play.say('/start');
  await play.askBy(welcome, 'First question now');
  expect(await play.answer('right'), /Streak: 1 day\b/, 'a streak that begins');
  expect(await play.tapAgain(), /already answered/, 'a notice that the first tap counts');

  title('Day 2: the daily question comes by itself');
  await play.nextDay();
  expect(await play.answer('right'), /Streak: 2 days/, 'a longer streak');

  title('Day 3: the third right answer in a row');
  await play.nextDay();
  expect(await play.answer('right'), /Promoted to .*Advanced/, 'a promotion');

  title('Day 4: a wrong answer');
  await play.nextDay();
  expect(await play.answer('wrong'), /Back to .*Intermediate/, 'a step back');

  title('Day 5: a right answer, and a new streak');
  await play.nextDay();
  expect(await play.answer('right'), /Streak: 1 day\b/, 'a new streak');

  title('Day 6: the question goes unanswered');
  const missed = await play.nextDay();

  title('Day 7: the missed day is told, and a new question comes');
  await play.nextDay();
  const expired = await play.expired(missed);
  print(`(the question of day 6 now reads)\n\n${expired.replace(/^/gm, '  │ ')}\n`);
  expect(expired, /counts as a missed day/, 'the missed day told');
  expect(await play.answer('right'), /Streak: 1 day\b/, 'a streak that begins again');

  title('At the end');
  await play.say('/stats');
}

function expect(text: string, pattern: RegExp, what: string): void {
  if (!pattern.test(text)) throw new Error(`expected ${what}, saw:\n${text}`);
}
