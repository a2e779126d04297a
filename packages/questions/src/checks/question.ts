import type { BankQuestion } from '../bankQuestion.ts';
import { contentWords } from './words.ts';

/** What the texts of one question may measure. Lengths are in UTF-16 units, as Telegram counts them. */
export interface TextLimits {
  readonly questionLength: number;
  readonly optionLength: number;
  readonly explanationLength: number;
  /** Telegram's limit for the text of a message. */
  readonly messageLength: number;
  /** What a message shows beside the question's own texts: heading, verdict, streak, level, next question. */
  readonly framingLength: number;
  readonly explanationSentences: { readonly min: number; readonly max: number };
}

const LINK = /https?:|www\.|\b[a-z0-9-]+\.(?:com|org|net|io|dev|ai)\b/i;
const POINTS_AT_OPTIONS =
  /\bof the above\b|\b(?:all|none|both|neither) of (?:these|the other) (?:options|answers)\b|\b(?:both|neither) [A-D] n?(?:or|and) [A-D]\b/i;
const ABBREVIATION = /\b(?:e\.g|i\.e|etc|vs|cf)\./gi;
const SENTENCE_END = /[.!?]["'”’`)\]]*(?=\s|$)/g;

/** Something wrong with one question by itself, as half a sentence. */
export interface QuestionFault {
  readonly kind: 'length' | 'options' | 'link' | 'explanation' | 'giveaway';
  readonly message: string;
}

/** Everything that is wrong with one question by itself. */
export function faultsOf(
  question: Pick<BankQuestion, 'text' | 'options' | 'correctIndex' | 'explanation' | 'reference'>,
  limits: TextLimits,
): QuestionFault[] {
  const { text, options, explanation, reference } = question;
  const texts = [text, ...options, explanation, reference];
  const faults: QuestionFault[] = [];
  const find = (kind: QuestionFault['kind'], message: string) => faults.push({ kind, message });

  const tooLong = (what: string, length: number, limit: number) => {
    if (length > limit) find('length', `${what} has ${length} characters, ${limit} are allowed`);
  };
  tooLong('the question', text.length, limits.questionLength);
  for (const option of options)
    tooLong(`option "${option.slice(0, 20)}…"`, option.length, limits.optionLength);
  tooLong('the explanation', explanation.length, limits.explanationLength);
  const shown = [text, ...options, explanation].reduce((sum, one) => sum + one.length, 0);
  tooLong('its message', shown + limits.framingLength, limits.messageLength);

  for (const option of repeatedOptions(options)) find('options', `option "${option}" is there twice`);
  if (options.some((option) => POINTS_AT_OPTIONS.test(option)))
    find('options', 'an option points at other options');
  if (texts.some((one) => LINK.test(one))) find('link', 'it has a link');

  const sentences = countSentences(explanation);
  const { min, max } = limits.explanationSentences;
  if (sentences < min || sentences > max) {
    find('explanation', `the explanation has ${sentences} sentences instead of ${min} to ${max}`);
  }
  const giveaways = giveawayWords(question);
  if (giveaways.length > 0)
    find('giveaway', `only the key repeats ${giveaways.join(', ')} from the question`);
  return faults;
}

/** The options that say the same as an earlier one, but for case and space. */
export function repeatedOptions(options: readonly string[]): string[] {
  const plain = options.map((option) => option.toLowerCase().replace(/\s+/g, ' ').trim());
  return options.filter((_, index) => plain.indexOf(plain[index] ?? '') < index);
}

/** The key and the three others. */
export function keyAndDistractors({
  options,
  correctIndex,
}: Pick<BankQuestion, 'options' | 'correctIndex'>): {
  key: string;
  distractors: string[];
} {
  return { key: options[correctIndex], distractors: options.filter((_, index) => index !== correctIndex) };
}

/** Words of the question that come back in the key and in no distractor: who cannot answer picks it by the echo. */
function giveawayWords(question: Pick<BankQuestion, 'text' | 'options' | 'correctIndex'>): string[] {
  const { key, distractors } = keyAndDistractors(question);
  const elsewhere = new Set(distractors.flatMap((option) => [...contentWords(option)]));
  const asked = contentWords(question.text);
  return [...contentWords(key)].filter((word) => asked.has(word) && !elsewhere.has(word));
}

function countSentences(text: string): number {
  return text.replace(ABBREVIATION, '').match(SENTENCE_END)?.length ?? 0;
}
