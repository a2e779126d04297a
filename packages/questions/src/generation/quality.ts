import { faultsOf, keyAndDistractors, type QuestionFault } from '../checks/question.ts';
import type { GenerationLimits } from './limits.ts';
import type { GenerationRequest } from './ports.ts';
import type { Refusal, RejectionReason } from './rejection.ts';
import type { WrittenQuestion } from './written.ts';

const REASON_OF_FAULT: Record<QuestionFault['kind'], RejectionReason> = {
  length: 'length',
  options: 'options',
  link: 'contact',
  explanation: 'quality',
  giveaway: 'quality',
};

/** Options are shuffled for each learner, so a letter in a text points at a different one. */
const NAMES_LETTER = /\b(?:[Oo]ptions?|[Aa]nswers?|[Cc]hoices?) \(?[A-D]\b|(?<![\w`])\([A-D]\)/;
/** Words without which nobody writes two English sentences. */
const ENGLISH = new Set(
  'the a an of to in is are and or that which what for with on it by as from be'.split(' '),
);
const ENGLISH_WORDS_NEEDED = 4;

/** Texts so long can be of no use, and searching them would hold up everybody else. */
const ENDLESS = 2;

/** A text that goes far over its limit, to be refused before all that searches texts; undefined when none does. */
export function findEndless(
  {
    text,
    options,
    explanation,
    reference,
  }: Pick<WrittenQuestion, 'text' | 'options' | 'explanation' | 'reference'>,
  { texts: limits }: Pick<GenerationLimits, 'texts'>,
): Refusal | undefined {
  const longest = Math.max(...[text, ...options, explanation, reference].map(({ length }) => length));
  if (longest <= ENDLESS * Math.max(limits.questionLength, limits.explanationLength)) return undefined;
  return { reason: 'length', detail: `a text has ${longest} characters` };
}

/** What makes a question unfit, apart from what is unsafe in it: the first fault found, undefined when there is none. */
export function findUnfit(
  question: WrittenQuestion,
  asked: Pick<GenerationRequest, 'level' | 'topic'>,
  limits: Pick<GenerationLimits, 'texts' | 'keyLengthRatio'>,
): Refusal | undefined {
  if (question.topic !== asked.topic || question.level !== asked.level) {
    const detail = `${question.topic} level ${question.level} instead of ${asked.topic} level ${asked.level}`;
    return { reason: 'off_target', detail };
  }
  if (!isEnglish(`${question.text} ${question.explanation}`)) {
    return { reason: 'off_target', detail: 'it is not in English' };
  }
  const [fault] = faultsOf(question, limits.texts);
  if (fault !== undefined) return { reason: REASON_OF_FAULT[fault.kind], detail: fault.message };
  if ([question.text, question.explanation].some((text) => NAMES_LETTER.test(text))) {
    return { reason: 'quality', detail: 'it names an option by its letter' };
  }
  const { key, distractors } = keyAndDistractors(question);
  const mean = distractors.reduce((sum, { length }) => sum + length, 0) / distractors.length;
  if (key.length > limits.keyLengthRatio * mean) {
    return {
      reason: 'quality',
      detail: `the key is ${(key.length / mean).toFixed(1)} times as long as the others`,
    };
  }
  return undefined;
}

function isEnglish(text: string): boolean {
  const words = new Set(text.toLowerCase().match(/[a-z]+/g));
  return [...ENGLISH].filter((word) => words.has(word)).length >= ENGLISH_WORDS_NEEDED;
}
