import type { Catalogue } from './catalogue.ts';
import { renderWithin } from './fit.ts';
import { escapeMarkedCode, joinHtml } from './html.ts';
import { reportButton } from './keyboards.ts';
import { headingOf, letterOf, optionLines } from './question.ts';
import { daysOf } from './standing.ts';
import { nextLines } from './time.ts';
import type { ExpiredView, Rendered } from './views.ts';

/** The question that ran out: the correct answer and why, and what the missed day did. It can be reported. */
export function renderExpired(catalogue: Catalogue, view: ExpiredView): Rendered {
  const verdict = catalogue.html('verdict-expired', { letter: letterOf(catalogue, view.correct) });
  const standing = [
    catalogue.html(`expired-${view.missed}`, { days: daysOf(catalogue, view.streakAfter) }),
    ...nextLines(catalogue, view.nextAt, view.timezone),
  ];
  const text = renderWithin(view, ({ text, options, explanation }) =>
    joinHtml(
      [
        headingOf(catalogue, view.topic, view.level),
        escapeMarkedCode(text),
        optionLines(catalogue, options, (at) => (at === view.correct ? 'option-correct' : 'option-other')),
        joinHtml([verdict, escapeMarkedCode(explanation)], '\n'),
        joinHtml(standing, '\n'),
      ],
      '\n\n',
    ),
  );
  return { text, keyboard: [reportButton(catalogue, view.deliveryId)] };
}
