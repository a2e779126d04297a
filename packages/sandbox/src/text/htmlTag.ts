/** Markup that Telegram refuses; the message is what follows "can't parse entities: ". */
export class HtmlError extends Error {
  override name = 'HtmlError';
}

/** A start tag: its name, the one attribute that matters for it (or ''), and where the text goes on. */
export interface StartTag {
  name: string;
  argument: string;
  end: number;
}

const TAGS: ReadonlySet<string> = new Set(
  'a b strong i em s strike del u ins tg-spoiler span pre code blockquote'.split(' '),
);
const NAMED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
]);
const REFERENCE = /&(?:#x([0-9a-f]*)|#([0-9]*)|([a-z]*))/iy;
const SPACES = /\s*/y;
const ATTRIBUTE_NAME = /[^\s=>/"']*/y;
const NAME_TOKEN = /[a-z0-9.-]*/iy;

/** Decodes the reference at `position` (an `&`), or returns undefined where Telegram leaves the text alone. */
export function decodeCharacterReference(
  html: string,
  position: number,
): { text: string; end: number } | undefined {
  REFERENCE.lastIndex = position;
  const match = REFERENCE.exec(html);
  if (!match) return undefined;
  const [whole, hex, decimal, name] = match;
  const end = position + whole.length;
  const after = html[end] === ';' ? end + 1 : end;
  if (name !== undefined) {
    const character = NAMED.get(name);
    return character === undefined ? undefined : { text: character, end: after };
  }
  const code = hex !== undefined ? Number.parseInt(hex, 16) : Number.parseInt(decimal ?? '', 10);
  if (!(code > 0 && code < 0x10ffff) || whole.length >= 10) return undefined;
  return { text: String.fromCodePoint(code), end: after };
}

/** Reads single tags of one HTML text. */
export class TagReader {
  readonly #html: string;

  constructor(html: string) {
    this.#html = html;
  }

  /** Offset in UTF-8 bytes, the unit of Telegram's error messages. */
  byteOffset(position: number): number {
    return Buffer.byteLength(this.#html.slice(0, position));
  }

  /** Reads the end tag at `position`; its name is '' for `</>`, which closes whatever is open. */
  endTag(position: number): { name: string; end: number } {
    const nameEnd = this.#until(position + 2);
    const close = this.#match(SPACES, nameEnd).end;
    if (this.#html[close] !== '>') this.#fail('Unclosed end tag', position);
    return { name: this.#html.slice(position + 2, nameEnd).toLowerCase(), end: close + 1 };
  }

  /** Reads the start tag at `position`. */
  startTag(position: number): StartTag {
    const nameEnd = this.#until(position + 1);
    if (nameEnd >= this.#html.length) this.#fail('Unclosed start tag', position);
    const name = this.#html.slice(position + 1, nameEnd).toLowerCase();
    if (!TAGS.has(name)) this.#fail(`Unsupported start tag "${name}"`, position);

    let argument = '';
    let at = this.#match(SPACES, nameEnd).end;
    while (this.#html[at] !== '>') {
      const attribute = this.#attribute(name, position, at);
      argument = argumentOf(name, attribute.name, attribute.value) ?? argument;
      at = this.#match(SPACES, attribute.end).end;
    }
    if (name === 'span' && argument !== 'spoiler')
      this.#fail('Tag "span" must have class "tg-spoiler"', position);
    return { name, argument, end: at + 1 };
  }

  #attribute(tag: string, tagStart: number, from: number): { name: string; value: string; end: number } {
    const { text: name, end: nameEnd } = this.#match(ATTRIBUTE_NAME, from);
    if (name === '') {
      if (from >= this.#html.length) this.#fail(`Unclosed start tag "${tag}"`, tagStart);
      this.#fail(`Empty attribute name in the tag "${tag}"`, tagStart);
    }
    let at = this.#match(SPACES, nameEnd).end;
    if (at >= this.#html.length) this.#fail(`Unclosed start tag "${tag}"`, tagStart);
    if (this.#html[at] !== '=') return { name, value: '', end: at };
    at = this.#match(SPACES, at + 1).end;
    if (at >= this.#html.length) this.#fail(`Unclosed start tag "${tag}"`, tagStart);
    const quote = this.#html[at];
    const { value, end } =
      quote === '"' || quote === "'" ? this.#quoted(at, quote, tagStart) : this.#token(at, tagStart);
    return { name, value, end };
  }

  #token(from: number, tagStart: number): { value: string; end: number } {
    const { text, end } = this.#match(NAME_TOKEN, from);
    const after = this.#html[end];
    if (after !== undefined && after !== '>' && !/\s/.test(after))
      this.#fail('Unexpected end of name token', from);
    if (after === undefined) this.#fail('Unclosed start tag', tagStart);
    return { value: text.toLowerCase(), end };
  }

  #quoted(from: number, quote: string, tagStart: number): { value: string; end: number } {
    let value = '';
    for (let at = from + 1; at < this.#html.length; ) {
      const character = this.#html.charAt(at);
      if (character === quote) {
        if (at + 1 >= this.#html.length) break;
        return { value, end: at + 1 };
      }
      const reference = character === '&' ? decodeCharacterReference(this.#html, at) : undefined;
      value += reference?.text ?? character;
      at = reference?.end ?? at + 1;
    }
    return this.#fail('Unclosed start tag', tagStart);
  }

  #until(from: number): number {
    let at = from;
    while (at < this.#html.length && !/[\s>]/.test(this.#html.charAt(at))) at++;
    return at;
  }

  #match(pattern: RegExp, from: number): { text: string; end: number } {
    pattern.lastIndex = from;
    const text = pattern.exec(this.#html)?.[0] ?? '';
    return { text, end: from + text.length };
  }

  #fail(problem: string, position: number): never {
    throw new HtmlError(`${problem} at byte offset ${this.byteOffset(position)}`);
  }
}

/** What an attribute says about its tag, or undefined when it says nothing. */
function argumentOf(tag: string, attribute: string, value: string): string | undefined {
  if (tag === 'a' && attribute === 'href') return value;
  if (tag === 'code' && attribute === 'class' && value.startsWith('language-')) return value.slice(9);
  if (tag === 'span' && attribute === 'class' && value.startsWith('tg-')) return value.slice(3);
  if (tag === 'blockquote' && attribute === 'expandable') return '1';
  return undefined;
}
