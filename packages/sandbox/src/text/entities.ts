/** The kinds of formatting that the sandbox knows; names are those of Telegram's `MessageEntity.type`. */
export const ENTITY_TYPES = [
  'mention',
  'hashtag',
  'bot_command',
  'url',
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'blockquote',
  'expandable_blockquote',
  'code',
  'pre',
  'text_link',
] as const;

export type EntityType = (typeof ENTITY_TYPES)[number];

/** A stretch of formatted text. `offset` and `length` count UTF-16 code units, as Telegram does. */
export interface TextEntity {
  type: EntityType;
  offset: number;
  length: number;
  /** Target of a `text_link`. */
  url?: string;
  /** Programming language of a `pre`. */
  language?: string;
}

/** Text without markup, and its formatting. */
export interface FormattedText {
  text: string;
  entities: TextEntity[];
}

/** Outer entities come before the inner ones that start at the same place. */
function byPosition(a: TextEntity, b: TextEntity): number {
  return (
    a.offset - b.offset || b.length - a.length || ENTITY_TYPES.indexOf(b.type) - ENTITY_TYPES.indexOf(a.type)
  );
}

const isQuote = (entity: TextEntity) => entity.type.endsWith('blockquote');
const isMonospace = (entity: TextEntity) => entity.type === 'code' || entity.type === 'pre';
const end = (entity: TextEntity) => entity.offset + entity.length;

/** Telegram keeps nothing inside code, no style twice, no quote within a quote, and no crossing entities. */
function mayStandInside(inner: TextEntity, outer: TextEntity): boolean {
  if (end(inner) > end(outer)) return false;
  if (isMonospace(outer) && !isQuote(inner)) return false;
  return inner.type !== outer.type && !(isQuote(inner) && isQuote(outer));
}

/** Sorts entities and drops those that Telegram drops: empty ones, repetitions and what stands inside code. */
export function normaliseEntities(entities: readonly TextEntity[]): TextEntity[] {
  const kept: TextEntity[] = [];
  const open: TextEntity[] = [];
  for (const entity of [...entities].sort(byPosition)) {
    if (entity.length <= 0) continue;
    while (open.length > 0 && end(open[open.length - 1] ?? entity) <= entity.offset) open.pop();
    if (!open.every((outer) => mayStandInside(entity, outer))) continue;
    open.push(entity);
    kept.push(entity);
  }
  return kept;
}
