import {
  collapseDuplicatesTransformer,
  englishDataset,
  englishRecommendedWhitelistMatcherTransformers,
  RegExpMatcher,
  resolveConfusablesTransformer,
  toAsciiLowerCaseTransformer,
} from 'obscenity';
import { fold, readingsOf, wordsOf } from './disguise.ts';
import { HARMLESS, PROFANITY } from './profanityLists.ts';

/** Scripts without spaces between words, or with endings glued to them: there a word may stand inside others. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
/** A letter hidden behind a star: `f*ck`. */
const STARRED = /(?<=[a-z])[*#](?=[a-z])/;
const VOWELS = ['a', 'e', 'i', 'o', 'u'] as const;
/** Terms of the trade that obscenity finds words in. */
const HARMLESS_ENGLISH = ['cockpit', 'dickey-fuller'];
const STRETCHED = /(\p{L})\1{2,}/u;

/** Whether a text has profanity, in English or any of some twenty other languages, plain or disguised. */
export function makeProfanityCheck(): (text: string) => boolean {
  const english = englishMatcher();
  const words = new Set<string>();
  const unstretched = new Set<string>();
  const phrases: string[] = [];
  const inside: string[] = [];

  for (const entry of PROFANITY) {
    const folded = fold(entry);
    const parts = wordsOf(folded);
    const [word] = parts;
    if (word === undefined || HARMLESS.has(parts.join(' '))) continue;
    if (UNSPACED.test(folded)) {
      if ([...folded].length > 1) inside.push(folded);
    } else if (parts.length > 1) phrases.push(` ${parts.join(' ')} `);
    else {
      words.add(word);
      unstretched.add(collapse(word));
    }
  }

  return (text) =>
    readingsOf(text).some((reading) => {
      const found = wordsOf(reading);
      const line = ` ${found.join(' ')} `;
      return (
        found.some((word) => words.has(word) || (STRETCHED.test(word) && unstretched.has(collapse(word)))) ||
        phrases.some((phrase) => line.includes(phrase)) ||
        inside.some((word) => reading.includes(word)) ||
        [reading, ...unstarred(reading)].some((each) => english.hasMatch(each))
      );
    });
}

/** obscenity's words, with all of its recommended readings but that of digits and signs: it finds words in paths. */
function englishMatcher(): RegExpMatcher {
  const { blacklistedTerms, whitelistedTerms = [] } = englishDataset.build();
  return new RegExpMatcher({
    blacklistedTerms,
    whitelistedTerms: [...whitelistedTerms, ...HARMLESS_ENGLISH],
    blacklistMatcherTransformers: [
      resolveConfusablesTransformer(),
      toAsciiLowerCaseTransformer(),
      collapseDuplicatesTransformer({
        defaultThreshold: 1,
        customThresholds: new Map([...'beolsg'].map((letter) => [letter, 2])),
      }),
    ],
    whitelistMatcherTransformers: englishRecommendedWhitelistMatcherTransformers,
  });
}

function unstarred(reading: string): string[] {
  return STARRED.test(reading)
    ? VOWELS.map((vowel) => reading.replaceAll(new RegExp(STARRED, 'g'), vowel))
    : [];
}

function collapse(word: string): string {
  return word.replace(/(\p{L})\1+/gu, '$1');
}
