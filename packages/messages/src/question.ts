import { encodeCallback, type Level, type Topic } from '@rung/domain';
import type { Catalogue } from './catalogue.ts';
import { renderWithin } from './fit.ts';
import { escapeMarkedCode, type Html, joinHtml } from './html.ts';
import type { Button, QuestionView, Rendered } from './views.ts';

const POSITIONS = [0, 1, 2, 3] as const;

/** The question with its options A to D in the text, and a button for each. */
export function renderQuestion(catalogue: Catalogue, view: QuestionView): Rendered {
  const text = renderWithin({ ...view, explanation: '' }, ({ text, options }) =>
    joinHtml(
      [
        headingOf(catalogue, view.topic, view.level),
        escapeMarkedCode(text),
        optionLines(catalogue, options, () => 'question-option'),
      ],
      '\n\n',
    ),
  );
  const buttons = POSITIONS.map((position): Button => {
    const data = encodeCallback({ kind: 'answer', deliveryId: view.deliveryId, position });
    return { text: catalogue.plain(`letter-${position}`), data };
  });
  return { text, keyboard: [buttons] };
}

/** The line above a question: topic and level. */
export function headingOf(catalogue: Catalogue, topic: Topic, level: Level): Html {
  return catalogue.html('question-heading', {
    topic: catalogue.html(`topic-${topic}`),
    level: catalogue.html(`level-${level}`),
  });
}

/** The lettered options, a line each, each by the message that `messageOf` names for its position. */
export function optionLines(
  catalogue: Catalogue,
  options: readonly string[],
  messageOf: (position: number) => string,
): Html {
  const lines = options.map((option, position) =>
    catalogue.html(messageOf(position), {
      letter: letterOf(catalogue, position),
      text: escapeMarkedCode(option),
    }),
  );
  return joinHtml(lines, '\n');
}

/** The letter of a position (0-3). */
export function letterOf(catalogue: Catalogue, position: number): Html {
  return catalogue.html(`letter-${position}`);
}
