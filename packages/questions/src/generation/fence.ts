/** Whatever is not a plain visible character or a space, and what marks are made of. */
const TO_ESCAPE = /[<>\u0026\p{C}]|[\p{Z}--\u0020]/gv;

/**
 * Data for a prompt, between marks that it cannot contain: JSON in which `<`, `>`, `&` and everything invisible are
 * written as escapes.
 */
export function fence(data: unknown): string {
  const json = JSON.stringify(data).replace(TO_ESCAPE, (char) => char.split('').map(escapeOf).join(''));
  return `<data>\n${json}\n</data>`;
}

function escapeOf(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
