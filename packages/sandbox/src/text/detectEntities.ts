import type { EntityType, TextEntity } from './entities.ts';

const PATTERNS: readonly [EntityType, RegExp][] = [
  ['url', /\bhttps?:\/\/[^\s<>"]*[^\s<>".,;:!?()[\]{}']/gi],
  ['bot_command', /(?<![\p{L}\p{N}_/@<>])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\p{L}\p{N}_/@])/gu],
  ['mention', /(?<![\p{L}\p{N}_/@])@[A-Za-z0-9_]{4,32}(?![\p{L}\p{N}_@])/gu],
  ['hashtag', /(?<![\p{L}\p{N}_/#&])#(?=[^\s#]*\p{L})[\p{L}\p{N}_]{1,256}/gu],
];
const EXCLUSIVE: ReadonlySet<EntityType> = new Set([
  'code',
  'pre',
  'text_link',
  'url',
  'bot_command',
  'mention',
]);

/**
 * Finds what Telegram finds by itself in a text: addresses, bot commands, mentions and hashtags, except inside code,
 * links and one another.
 *
 * @returns the entities found, without those given.
 */
export function detectEntities(text: string, given: readonly TextEntity[]): TextEntity[] {
  const found: TextEntity[] = [];
  if (!/[/@#]/.test(text)) return found;
  for (const [type, pattern] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length };
      if (!given.some((other) => clashes(entity, other)) && !found.some((other) => clashes(entity, other)))
        found.push(entity);
    }
  }
  return found;
}

function clashes(entity: TextEntity, other: TextEntity): boolean {
  const end = entity.offset + entity.length;
  const otherEnd = other.offset + other.length;
  if (end <= other.offset || otherEnd <= entity.offset) return false;
  const nested =
    (entity.offset >= other.offset && end <= otherEnd) || (other.offset >= entity.offset && otherEnd <= end);
  return EXCLUSIVE.has(other.type) || !nested;
}
