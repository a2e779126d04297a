/** What of a question decides which answers are right. */
export interface Keyed {
  readonly options: readonly string[];
  readonly correctIndex: number;
}

/** A stored version, its key as it counts by now. */
export interface KeyedVersion extends Keyed {
  readonly version: number;
  readonly text: string;
  /** Learners have open reports of it. */
  readonly reported: boolean;
}

/** A version whose key was wrong, and which of its own options is right. */
export interface CorrectedVersion {
  readonly version: number;
  readonly correctedIndex: number;
}

/**
 * What a fix says about answers that were given already; `versions` are all stored ones, the current one last.
 *
 * A fix changes the key when its right option is another text than before. Then the four texts must be the same as
 * before, in any order: only so does an answer given earlier still mean something. Corrected are the current version
 * and those before it that had the same four options and the same key, and either the same question or open reports.
 * A fix of words leaves the key where it was, and every answer as it was judged. One that does both at once, or moves
 * options while it rewords others, is ambiguous.
 */
export function planCorrection(
  fix: Keyed,
  versions: readonly KeyedVersion[],
): readonly CorrectedVersion[] | 'ambiguous' {
  const current = versions.at(-1);
  if (current === undefined) throw new RangeError('a question has at least one version');
  if (!sameOptions(current, fix)) return keepsItsPlaces(current, fix) ? [] : 'ambiguous';
  const right = keyOf(fix);
  const wrong = keyOf(current);
  if (right === wrong) return [];
  return versions
    .filter((version) => sameOptions(version, fix) && keyOf(version) === wrong)
    .filter(({ version, text, reported }) => version === current.version || text === current.text || reported)
    .map(({ version, options }) => ({ version, correctedIndex: options.indexOf(right) }));
}

function keyOf({ options, correctIndex }: Keyed): string {
  return options[correctIndex] ?? '';
}

function sameOptions(one: Keyed, other: Keyed): boolean {
  return one.options.every((option) => other.options.includes(option));
}

/** Same place of the key, and no option that is kept stands elsewhere. */
function keepsItsPlaces(before: Keyed, after: Keyed): boolean {
  return (
    before.correctIndex === after.correctIndex &&
    after.options.every((option, index) => {
      const place = before.options.indexOf(option);
      return place === -1 || place === index;
    })
  );
}
