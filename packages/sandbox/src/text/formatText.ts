import { detectEntities } from './detectEntities.ts';
import { type FormattedText, normaliseEntities, type TextEntity } from './entities.ts';

/** Control characters but the line feed, line and paragraph separators, and marks that turn the writing direction. */
const CONTROL = /[^\n -\u2027\u202f-\u{10ffff}]/u;

/**
 * Brings a text into the form in which Telegram keeps it: control characters gone, white space trimmed at both ends,
 * entities sorted and nested, commands and addresses found.
 */
export function formatText(input: FormattedText): FormattedText {
  const { text, entities } = trim(clean(input));
  const nested = normaliseEntities(entities);
  return { text, entities: normaliseEntities([...nested, ...detectEntities(text, nested)]) };
}

function clean(input: FormattedText): FormattedText {
  if (!CONTROL.test(input.text)) return input;
  let text = '';
  const moved = new Int32Array(input.text.length + 1);
  for (let at = 0; at < input.text.length; at++) {
    moved[at] = text.length;
    const character = input.text.charAt(at);
    if (character === '\r' || (character >= '\u2028' && character <= '\u202e')) continue;
    text += CONTROL.test(character) ? ' ' : character;
  }
  moved[input.text.length] = text.length;
  return {
    text,
    entities: input.entities.map((entity) => moveEntity(entity, (at) => moved[at] ?? text.length)),
  };
}

/** Leading white space inside an entity stays, as on Telegram. */
function trim({ text, entities }: FormattedText): FormattedText {
  const trimmedEnd = text.trimEnd();
  const firstEntity = entities.reduce((first, { offset }) => Math.min(first, offset), trimmedEnd.length);
  let start = 0;
  while (start < firstEntity && /[ \n]/.test(trimmedEnd.charAt(start))) start++;
  if (start === 0 && trimmedEnd.length === text.length) return { text, entities };
  const within = (at: number) => Math.min(at, trimmedEnd.length) - start;
  return { text: trimmedEnd.slice(start), entities: entities.map((entity) => moveEntity(entity, within)) };
}

function moveEntity(entity: TextEntity, to: (offset: number) => number): TextEntity {
  const offset = to(entity.offset);
  return { ...entity, offset, length: to(entity.offset + entity.length) - offset };
}
