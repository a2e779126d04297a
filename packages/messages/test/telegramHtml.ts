/** What a reader sees of a text in Telegram's HTML. Throws for what Telegram would refuse. */
export function parseTelegramHtml(text: string): string {
  const open: string[] = [];
  let seen = '';
  for (const [token] of text.matchAll(/<[^>]*>|&[^;]*;|./gsu)) {
    const [, closing, name] = /^<(\/?)(b|i|code|pre)>$/.exec(token) ?? [];
    if (name !== undefined && closing === '') {
      open.push(name);
    } else if (name !== undefined) {
      if (open.pop() !== name) throw new Error(`${token} closes nothing in: ${text}`);
    } else {
      seen += characterOf(token);
    }
  }
  if (open.length > 0) throw new Error(`<${open.join('> <')}> left open in: ${text}`);
  return seen;
}

const ENTITIES = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
  ['&quot;', '"'],
]);

function characterOf(token: string): string {
  const char = ENTITIES.get(token) ?? token;
  if (token === '<' || token === '&' || token === '>' || char.length > 2) {
    throw new Error(`${token} is neither a tag nor an entity of Telegram's HTML`);
  }
  if (!char.isWellFormed() || /[^\P{Cc}\n\t]/u.test(char))
    throw new Error('a character that Telegram refuses');
  return char;
}
