// As long as labels of domains and names before an `@` can be: without an end, a text of one word takes for ever.
const LABEL = '[\\p{L}\\p{N}-]{1,63}\\.';
const END = '(?!\\.?[\\p{L}\\p{N}_])';

/** Domains that nobody means otherwise. */
const CLEAR_DOMAIN = new RegExp(
  `${LABEL}(?:com|org|net|io|xyz|ru|biz|icu|onion|online|club)${END}|\\w\\s?\\.\\s?com\\b`,
  'iu',
);
/** What else Telegram makes a link of, outside of code: `main.py` and `orders.id` are addresses to it. */
const POSSIBLE_DOMAIN = new RegExp(
  `${LABEL}(?:(?!js|ts|rb|go|kt|db)[a-z]{2}|app|dev|info|name|page|store|shop|site|space|tech|cloud|data|date|zip|mov|pro|mobi|work|team|run|live|link|click|top|systems)${END}`,
  'iu',
);
const SPELLED_DOMAIN =
  /[a-z0-9-]\s*(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)|\sdot\s)\s*(?:com|org|net|io|me|ru|app|dev|ai|co|info|xyz|cn|de|uk)\b/i;
const WEB_ADDRESS =
  /\bwww\d?\s?\.|\b(?:mailto|tel|javascript|vbscript|tg):\S|\bdata:\w+\/|\b(?!(?:s3a?|gs|hdfs|abfss?|wasbs?|dbfs|file):)[a-z][a-z0-9+-]{1,10}:\/\//i;
const IP_ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b/;
const EMAIL =
  /[\p{L}\p{N}._%+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\p{L}\p{N}-]{1,63}\s?(?:\.|\(dot\)|\[dot\])\s?\p{L}{2,}/iu;
const PHONE =
  /(?<![\p{L}\p{N}.])(?:\+\d(?:[\s().-]{0,2}\d){7,14}|\(\d{3}\)\s?\d{3}[-.\s]\d{4}|\d{3}[-.]\d{3}[-.]\d{4}|00\d{10,14})(?!\d)/u;
/** What a Telegram client makes tappable outside of code: mentions, hashtags, commands. */
const TAPPABLE = /(?<![\p{L}\p{N}_@])@[a-z]\w{2,}|(?<![\p{L}\p{N}_&/])#[a-z]\w*|(?<!\S)\/[a-z]\w*/iu;
const HANDLE = /(?<![\p{L}\p{N}_@])@[a-z]\w{3,}/giu;
/** Names after an `@` that are annotations of the trade, so that in code they are no handles. */
const ANNOTATIONS = new Set(
  `task dag asset flow daily hourly weekly monthly yearly once continuous udf pandas_udf dataclass property override
   table view test cached staticmethod classmethod transactional scheduled retry entity column incremental`.split(
    /\s+/,
  ),
);
const INVITATION =
  /\b(?:whatsapp|telegram|viber|discord|wechat|join (?:our|my|the) (?:channel|group|chat)|dm me|click here|promo code|free gift|giveaway|seed phrase|wallet address|send (?:us|me) your|(?:enter|share|send) your (?:password|card|pin|phone))\b/i;
const ABBREVIATION = /\b(?:e\.g|i\.e|a\.m|p\.m)\b/gi;

/**
 * What in a text leads out of the quiz: an address, a handle, a number to call, an invitation; undefined when nothing
 * does. Text between backticks may have what Telegram leaves alone there.
 */
export function findContact(text: string): string | undefined {
  const prose = text.replace(/`[^`]*`/g, ' ` ').replace(ABBREVIATION, '');
  const code = (text.match(/`[^`]*`/g) ?? []).join(' ');
  const inText = [WEB_ADDRESS, EMAIL, CLEAR_DOMAIN, SPELLED_DOMAIN, PHONE, INVITATION].map(
    (one) => one.exec(text)?.[0],
  );
  const inProse = [POSSIBLE_DOMAIN, IP_ADDRESS, TAPPABLE].map((one) => one.exec(prose)?.[0]);
  const handle = code.match(HANDLE)?.find((one) => !ANNOTATIONS.has(one.slice(1).toLowerCase()));
  return [...inText, ...inProse, handle].find((hit) => hit !== undefined);
}
