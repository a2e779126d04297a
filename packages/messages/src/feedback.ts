import type { Catalogue } from './catalogue.ts';
import { renderWithin } from './fit.ts';
import { escapeMarkedCode, type Html, joinHtml } from './html.ts';
import { reportButton } from './keyboards.ts';
import { headingOf, letterOf, optionLines } from './question.ts';
import { accuracyLine, daysOf, levelLine, streakLine } from './standing.ts';
import { nextLines } from './time.ts';
import type { FeedbackView, Rendered } from './views.ts';

/** The question as answered: verdict, explanation, and where the learner now stands. It can be reported. */
export function renderFeedback(catalogue: Catalogue, view: FeedbackView): Rendered {
  const right = view.chosen === view.correct;
  const verdict = right
    ? catalogue.html('verdict-correct')
    : catalogue.html('verdict-wrong', { letter: letterOf(catalogue, view.correct) });
  const standing = [
    ...streakLines(catalogue, view, right),
    changedLevelLine(catalogue, view),
    accuracyLine(catalogue, view.totalCorrect, view.totalAnswered),
    ...nextLines(catalogue, view.nextAt, view.timezone),
  ];
  const text = renderWithin(view, ({ text, options, explanation }) =>
    joinHtml(
      [
        headingOf(catalogue, view.topic, view.level),
        escapeMarkedCode(text),
        optionLines(catalogue, options, (position) => optionMessage(position, view)),
        joinHtml([verdict, escapeMarkedCode(explanation)], '\n'),
        joinHtml(standing, '\n'),
      ],
      '\n\n',
    ),
  );
  return { text, keyboard: [reportButton(catalogue, view.deliveryId)] };
}

function optionMessage(position: number, { chosen, correct }: FeedbackView): string {
  if (position === chosen) return chosen === correct ? 'option-chosen-correct' : 'option-chosen-wrong';
  return position === correct ? 'option-correct' : 'option-other';
}

function streakLines(catalogue: Catalogue, view: FeedbackView, right: boolean): Html[] {
  const { streakBefore, missedDays: missed, freezesUsed: used } = view;
  const days = daysOf(catalogue, streakBefore);
  const lines: Html[] = [];
  const lostToMisses = missed > used && streakBefore > 0;
  if (lostToMisses) lines.push(catalogue.html('streak-missed', { missed, used, days }));
  else if (used > 0) lines.push(catalogue.html('freeze-used', { used, left: view.freezes }));

  const endedHere = !right && !lostToMisses && streakBefore > 0;
  lines.push(
    endedHere
      ? catalogue.html('streak-ended', { days })
      : streakLine(catalogue, view.streakAfter, view.bestStreak),
  );
  if (view.freezeEarned) lines.push(catalogue.html('freeze-earned', { held: view.freezes }));
  return lines;
}

function changedLevelLine(catalogue: Catalogue, view: FeedbackView): Html {
  const { levelBefore, levelAfter } = view;
  if (levelAfter === levelBefore) return levelLine(catalogue, levelAfter, view.consecutiveCorrect);
  const level = catalogue.html(`level-${levelAfter}`);
  return catalogue.html(levelAfter > levelBefore ? 'level-promoted' : 'level-back', { level });
}
