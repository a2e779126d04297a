const SHORTEST_CONTENT_WORD = 5;

/** Words of five letters and more that carry no content of their own. */
const FUNCTION_WORDS = new Set(
  `about above after again against almost along already although always among another because become before
   behind being below beside between beyond cannot could doing during either every first hence instead itself
   least neither never nothing often once other rather second shall should since something still their theirs
   themselves there therefore these thing third those though three through together toward towards under unless
   until using where whether which while whole whose within without would`.split(/\s+/),
);

/** The content words of a text: lower case, five letters or more, plural and singular alike. */
export function contentWords(text: string): Set<string> {
  const words = text.toLowerCase().match(/\p{L}[\p{L}\p{N}_]*/gu) ?? [];
  return new Set(
    words.filter((word) => word.length >= SHORTEST_CONTENT_WORD && !FUNCTION_WORDS.has(word)).map(singular),
  );
}

function singular(word: string): string {
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word;
}
