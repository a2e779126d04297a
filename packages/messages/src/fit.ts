import { clip, type Html, MESSAGE_LIMIT, readable, visibleLength } from './html.ts';

/** The texts of a question that may be long. A message shows each of them once. */
export interface Texts {
  readonly text: string;
  readonly options: readonly string[];
  readonly explanation: string;
}

/** What is left of an explanation, if it was longer, however long the question and its options are. */
const EXPLANATION_FLOOR = 400;

/** Renders a message within Telegram's limit: the explanation is cut first, then what is longest of the others. */
export function renderWithin(texts: Texts, render: (texts: Texts) => Html): Html {
  const clean = mapTexts(texts, readable);
  const whole = render(clean);
  if (whole.length <= MESSAGE_LIMIT || visibleLength(whole) <= MESSAGE_LIMIT) return whole;

  const framing = visibleLength(render(mapTexts(clean, () => '')));
  return render(shorten(clean, MESSAGE_LIMIT - framing));
}

/** Texts of at most `budget` UTF-16 units in all. Marking code only makes a text shorter to see. */
function shorten({ text, options, explanation }: Texts, budget: number): Texts {
  const lengths = [text, ...options].map((one) => one.length);
  const floor = Math.min(explanation.length, EXPLANATION_FLOOR);
  const room = Math.max(budget - sum(lengths), floor);
  const cap = commonCap(lengths, budget - Math.min(room, explanation.length));
  return {
    text: clip(text, cap),
    options: options.map((option) => clip(option, cap)),
    explanation: clip(explanation, room),
  };
}

/** The largest cap under which the lengths add up to no more than `budget`. */
function commonCap(lengths: readonly number[], budget: number): number {
  let left = budget;
  const ascending = lengths.toSorted((a, b) => a - b);
  for (const [index, length] of ascending.entries()) {
    const share = Math.floor(left / (lengths.length - index));
    if (length > share) return share;
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}

function mapTexts({ text, options, explanation }: Texts, map: (text: string) => string): Texts {
  return { text: map(text), options: options.map(map), explanation: map(explanation) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
