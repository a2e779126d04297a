/** A zero-width space after each letter. */
export const zeroWidth = (text: string) => [...text].join('\u200B');

/** ASCII as fullwidth forms. */
export const fullwidth = (text: string) =>
  text.replace(/[!-~]/g, (char) => String.fromCodePoint((char.codePointAt(0) ?? 0) + 0xfee0));

/** ASCII as tag characters, which nobody sees. */
export const tags = (text: string) =>
  [...text].map((char) => String.fromCodePoint(0xe0000 + (char.codePointAt(0) ?? 0))).join('');
