/** Control, invisible, direction, private and unassigned characters, and half surrogates. */
const INVISIBLE = /[\p{C}\u115F\u1160\u3164\uFFA0\u2800\uFFFC\uFFFD]/u;
/** Accents piled on a letter, or on nothing. */
const LOOSE_MARK = /\p{M}{2,}|(?<!\p{L})\p{M}/u;
/** Letters that are forms of others: fullwidth, mathematical, circled. */
const LETTER = /\p{L}/gu;
const PLAIN_FORMS = new Set('µªº');
const FOREIGN = /[^\p{Script=Latin}\p{Script=Greek}\P{L}µªº]/u;
/** Greek stands alone as a symbol, or before Latin as a prefix: `μs`. */
const GREEK_WORD =
  /\p{Script=Greek}{2,}|[\p{Script=Latin}]\p{Script=Greek}|\p{Script=Greek}\p{Script=Latin}{2,}/u;
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20E3/u;
const PICTURES_OF_TEXT = /[©®™↔]/gu;
/** Digits of other scripts. */
const FOREIGN_DIGIT = /[^\P{Nd}0-9]/u;
const LONGEST_WORD = 80;

/** What in a text is no plain printed English, in words; undefined when all is. Tabs and line ends count as control. */
export function findOddCharacter(text: string): string | undefined {
  if (INVISIBLE.test(text)) return `invisible ${codeOf(INVISIBLE.exec(text))}`;
  const foreign = FOREIGN.exec(text) ?? FOREIGN_DIGIT.exec(text);
  if (foreign !== null) return `${codeOf(foreign)} of another alphabet`;
  if (GREEK_WORD.test(text)) return 'Greek letters in a word';
  if (LOOSE_MARK.test(text.normalize('NFC'))) return 'accents without a letter';
  const styled = text
    .match(LETTER)
    ?.find((letter) => letter.normalize('NFKC') !== letter && !PLAIN_FORMS.has(letter));
  if (styled !== undefined) return `styled letter ${codeOf([styled])}`;
  const picture = PICTURE.exec(text.replace(PICTURES_OF_TEXT, ''));
  if (picture !== null) return `picture ${codeOf(picture)}`;
  return text.split(/\s+/).some((word) => word.length > LONGEST_WORD) ? 'a word without end' : undefined;
}

function codeOf(match: readonly string[] | null): string {
  const code = match?.[0]?.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
