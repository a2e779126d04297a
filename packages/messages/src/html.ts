declare const html: unique symbol;

/** Text in Telegram's HTML, in which everything that comes from data is escaped. */
export type Html = string & { readonly [html]: true };

/** The longest text of a message, in UTF-16 units once entities are parsed (Bot API, sendMessage). */
export const MESSAGE_LIMIT = 4096;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text of data as HTML that shows it unchanged. */
export function escapeHtml(text: string): Html {
  return text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char) as Html;
}

/** Like `escapeHtml`, with `code` between backticks and blocks between triple ones set as code. */
export function escapeMarkedCode(text: string): Html {
  return escapeHtml(text).replace(
    /```(?:[a-z]*\n)?([^`]+)```|`([^`\n]+)`/g,
    (_, block?: string, code?: string) =>
      block === undefined ? `<code>${code}</code>` : `<pre>${block.trimEnd()}</pre>`,
  ) as Html;
}

/** Pieces of HTML with a separator between them. */
export function joinHtml(pieces: readonly Html[], separator: '\n' | '\n\n'): Html {
  return pieces.join(separator) as Html;
}

/** Data without what Telegram refuses or drops: lone surrogates and control characters other than line feeds and tabs. */
export function readable(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\n\t]/gu, '');
}

/** At most `limit` UTF-16 units of `text`, the last one `…` when something was cut; no character is cut in two. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (limit < 1) return '';
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The length of a text of HTML in UTF-16 units once its entities are parsed. */
export function visibleLength(text: Html): number {
  return text.replace(/<[^>]*>/g, '').replace(/&\w+;/g, '.').length;
}
