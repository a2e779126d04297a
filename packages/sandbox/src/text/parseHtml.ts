import type { FormattedText, TextEntity } from './entities.ts';
import { decodeCharacterReference, HtmlError, type StartTag, TagReader } from './htmlTag.ts';

const STYLES: ReadonlyMap<string, TextEntity['type']> = new Map([
  ['b', 'bold'],
  ['strong', 'bold'],
  ['i', 'italic'],
  ['em', 'italic'],
  ['u', 'underline'],
  ['ins', 'underline'],
  ['s', 'strikethrough'],
  ['strike', 'strikethrough'],
  ['del', 'strikethrough'],
  ['tg-spoiler', 'spoiler'],
  ['span', 'spoiler'],
]);

interface OpenTag extends StartTag {
  offset: number;
}

/**
 * Parses Telegram's HTML style (https://core.telegram.org/bots/api#html-style), as leniently and as strictly as the
 * Bot API does: unknown character references stay as they are, unknown or unbalanced tags are refused.
 *
 * @returns the text and its entities, not yet sorted or trimmed.
 * @throws {HtmlError} with Telegram's wording; positions in it are UTF-8 byte offsets.
 */
export function parseHtml(html: string): FormattedText {
  const entities: TextEntity[] = [];
  const open: OpenTag[] = [];
  const reader = new TagReader(html);
  let text = '';

  for (let at = 0; at < html.length; ) {
    const next = nextMarkup(html, at);
    text += html.slice(at, next);
    if (next === html.length) break;
    if (html[next] === '&') {
      const reference = decodeCharacterReference(html, next);
      text += reference?.text ?? '&';
      at = reference?.end ?? next + 1;
    } else if (html[next + 1] === '/') {
      at = closeTag(next);
    } else {
      const tag = reader.startTag(next);
      open.push({ ...tag, offset: text.length });
      at = tag.end;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw new HtmlError(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  if (!text.isWellFormed())
    throw new HtmlError(
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    );
  return { text, entities };

  function closeTag(position: number): number {
    const tag = open.at(-1);
    if (!tag) throw new HtmlError(`Unexpected end tag at byte offset ${reader.byteOffset(position)}`);
    const { name, end } = reader.endTag(position);
    if (name !== '' && name !== tag.name)
      throw new HtmlError(
        `Unmatched end tag at byte offset ${reader.byteOffset(position)}, expected "</${tag.name}>", found "</${name}>"`,
      );
    open.pop();
    if (text.length > tag.offset) addEntity(entities, tag, text);
    return end;
  }
}

function nextMarkup(html: string, from: number): number {
  const tag = html.indexOf('<', from);
  const reference = html.indexOf('&', from);
  return Math.min(tag < 0 ? html.length : tag, reference < 0 ? html.length : reference);
}

function addEntity(entities: TextEntity[], tag: OpenTag, text: string): void {
  const span = { offset: tag.offset, length: text.length - tag.offset };
  const last = entities.at(-1);
  const fillsLast = last !== undefined && last.offset === span.offset && last.length === span.length;
  const style = STYLES.get(tag.name);
  if (style) entities.push({ type: style, ...span });
  else if (tag.name === 'a') addLink(entities, span, tag.argument || text.slice(tag.offset));
  else if (tag.name === 'blockquote')
    entities.push({ type: tag.argument ? 'expandable_blockquote' : 'blockquote', ...span });
  else if (tag.name === 'pre') {
    if (fillsLast && last.type === 'code' && last.language) last.type = 'pre';
    else entities.push({ type: 'pre', ...span });
  } else if (fillsLast && last.type === 'pre' && tag.argument) last.language = tag.argument;
  else entities.push({ type: 'code', ...span, ...(tag.argument ? { language: tag.argument } : {}) });
}

/** A link that leads nowhere sensible is dropped without an error, as Telegram does. */
function addLink(entities: TextEntity[], span: { offset: number; length: number }, href: string): void {
  const url = checkedUrl(href);
  if (url) entities.push({ type: 'text_link', ...span, url });
}

/** The address as Telegram would keep it, or undefined when it is no http(s) or tg address. */
export function checkedUrl(href: string): string | undefined {
  const trimmed = href.trim();
  const address = /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? trimmed : `http://${trimmed}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol === 'tg:') return url.href;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  return url.hostname.includes('.') || url.hostname === 'localhost' ? url.href : undefined;
}
