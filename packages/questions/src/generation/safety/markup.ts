const TAG =
  /<[/!?]?\s*(?:a|b|i|u|s|q|p|br|hr|em|h[1-6]|del|ins|code|pre|span|div|img|svg|math|video|audio|marquee|strong|strike|blockquote|tg-[a-z-]+|data|system|user|assistant|xml|doctype)(?:[\s/][^<>]*)?>/i;
const ACTIVE_TAG =
  /<\s*\/?\s*(?:script|style|iframe|img|svg|object|embed|form|input|html|head|body|base|!--)/i;
const ATTRIBUTE = /\bon[a-z]{3,20}\s*=\s*["'`]?[a-z]|\b(?:href|src|srcdoc|formaction)\s*=/i;
const ENTITY = /&(?:#x?[0-9a-f]{1,6}|lt|gt|amp|quot|apos|nbsp|zwj|zwnj);/i;
const ESCAPED = /\\u\{?[0-9a-f]{4,6}|\\x[0-9a-f]{2}|%[0-9a-f]{2}%[0-9a-f]{2}/i;
const MARKDOWN = /\]\(|!\[|^\s*\[[^\]]{0,80}\]:|```|~~~|^\s*#{1,6}\s/;

/** HTML, Markdown other than code between single backticks, and escaped characters; undefined when there are none. */
export function findMarkup(text: string): string | undefined {
  for (const pattern of [TAG, ACTIVE_TAG, ATTRIBUTE, ENTITY, ESCAPED, MARKDOWN]) {
    const [hit] = pattern.exec(text) ?? [];
    if (hit !== undefined) return hit;
  }
  return (text.match(/`/g) ?? []).length % 2 === 1 ? 'a single `' : undefined;
}
