/** Letters of other alphabets that look like Latin ones, after folding. */
const LOOK_ALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [...'аaвbеeкkмmнhоoрpсcтtуyхxіiјjѕsԁdһhԛqԝwαaβbεeιiκkνvοoρpτtυuχxγyηnɡgıi'.matchAll(/(.)(.)/gu)].map(
    ([, other = '', latin = '']) => [other, latin],
  ),
);

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  '€': 'e',
};

/** Latin letters that no accent is taken from. */
const SPECIAL: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ð: 'd',
};

const NUMBER_WITH_UNIT = /^[\d.,]+[a-z%]{0,3}$/;
/** Letters spelled out: `b-a-d`, `b a d`. */
const SPELLED_OUT = /(?<![\p{L}\p{N}])\p{L}(?:[^\p{L}\p{N}]{1,2}\p{L}){2,}(?![\p{L}\p{N}])/gu;

/** Lower case without accents, marks, invisible characters and typographic forms of letters. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replace(/[ßøłæœđð]/g, (letter) => SPECIAL[letter] ?? letter);
}

/**
 * The readings of a text that a word list is held against, all folded: as it stands; with look-alikes from other
 * alphabets, digits and signs in words read as letters; and that with spelled-out words closed up.
 */
export function readingsOf(text: string): string[] {
  const plain = fold(text);
  const undisguised = plain.replace(/\S+/gu, unmask);
  const closed = undisguised.replace(SPELLED_OUT, (letters) => letters.replace(/[^\p{L}]/gu, ''));
  return [...new Set([plain, undisguised, closed])];
}

/** The words of a folded text. */
export function wordsOf(reading: string): string[] {
  return reading.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function unmask(token: string): string {
  let seen = token;
  if (/[a-z]/.test(seen) && /[\p{Script=Cyrillic}\p{Script=Greek}ıɡ]/u.test(seen)) {
    seen = seen.replace(/\p{L}/gu, (letter) => LOOK_ALIKES[letter] ?? letter);
  }
  if (!/\p{L}/u.test(seen) || NUMBER_WITH_UNIT.test(seen)) return seen;
  return seen.replace(/[0134578@$|€]|!(?=\p{L})/gu, (sign) => LEET[sign] ?? sign);
}
