import type { Catalogue } from './catalogue.ts';
import { renderWithin } from './fit.ts';
import { escapeMarkedCode, joinHtml } from './html.ts';
import { headingOf } from './question.ts';
import { accuracyLine } from './standing.ts';
import type { CorrectionView, Rendered } from './views.ts';

/** What a learner is told when the key of a question that they answered was corrected. No buttons. */
export function renderCorrection(catalogue: Catalogue, view: CorrectionView): Rendered {
  const texts = { text: view.text, options: [view.answer], explanation: view.explanation };
  const text = renderWithin(texts, ({ text, options: [answer = ''], explanation }) =>
    joinHtml(
      [
        catalogue.html('correction'),
        joinHtml([headingOf(catalogue, view.topic, view.level), escapeMarkedCode(text)], '\n'),
        joinHtml(
          [
            catalogue.html('correction-answer', { answer: escapeMarkedCode(answer) }),
            escapeMarkedCode(explanation),
          ],
          '\n',
        ),
        joinHtml(
          [
            catalogue.html(view.correct ? 'correction-now_right' : 'correction-now_wrong'),
            accuracyLine(catalogue, view.totalCorrect, view.totalAnswered),
          ],
          '\n',
        ),
      ],
      '\n\n',
    ),
  );
  return { text, keyboard: [] };
}
