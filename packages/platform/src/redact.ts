const mask = '[redacted]';

/** Replaces every secret in a text. */
export type Redact = (text: string) => string;

/** What is secret by its shape, whoever put it there. Repetitions are bounded: logged text may be hostile. */
const shapes: readonly (readonly [RegExp, string])[] = [
  // A bot's token, also inside a Bot API path and percent-encoded.
  [/\d{1,20}(?::|%3[Aa])[A-Za-z0-9_-]{30,}/g, mask],
  // A password in an address. Raw passwords may hold any of /?#@, so it ends at the last @; digits alone are a port.
  [
    /([a-z][a-z\d+.-]{0,20}:\/\/[^\s:/?#@"'<>]{0,256}:)(?!\d{1,5}(?:[/?#]|$))[^\s"'<>]{0,512}@/gi,
    `$1${mask}@`,
  ],
  [/([?&](?:password|passwd|secret|token|access_token|api_?key|key)=)[^&\s"'#<>]+/gi, `$1${mask}`],
  [/(authorization["']?\s{0,4}[:=]\s{0,4}["']?)(?:[a-z]{1,20}\s{1,4})?[^\s"',]+/gi, `$1${mask}`],
  [/\b(bearer\s{1,4})[\w.~+/=-]{4,}/gi, `$1${mask}`],
  // A JSON web token, and a model provider's key.
  [/\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, mask],
  [/\bsk-[\w-]{16,}/g, mask],
];

/**
 * Makes a function that removes `secrets`, in every form in which they get into messages (as they are, in an address,
 * in JSON, in base64), and whatever looks like a token, a password in an address or a bearer's credentials.
 */
export function makeRedact(secrets: readonly string[]): Redact {
  // Longest first: one secret may be part of another.
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const form of forms) clean = clean.replaceAll(form, mask);
    for (const [shape, replacement] of shapes) clean = clean.replace(shape, replacement);
    return clean;
  };
}

function formsOf(secret: string): string[] {
  if (secret === '') return [];
  const percent = encodeURIComponent(secret.toWellFormed());
  return [
    secret,
    percent,
    percent.replaceAll(/%[0-9A-F]{2}/g, (digits) => digits.toLowerCase()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
  ];
}
