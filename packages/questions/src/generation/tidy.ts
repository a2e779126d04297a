/**
 * What Telegram would make tappable outside of code although it is of the trade: names that end like a domain
 * (`orders.id`, `linger.ms`, `main.py`), Airflow's schedules, paths.
 */
const NEEDS_CODE =
  /(?<![^\s("'=])(?:[\w-]+(?:\.[\w-]+)*\.(?:id|ms|py|sh|md|rs|name|date|data|page|state)(?!\.?[\w/])|@(?:daily|hourly|weekly|monthly|yearly|once|continuous|task|dag|asset)\b|\/[a-z][\w-]*(?:\/[\w{}.*-]+)*)/giu;

/** A text as one paragraph, with `code` marked where a chat would make a link of it. */
export function tidy(text: string): string {
  const paragraph = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  return paragraph
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replace(NEEDS_CODE, (name) => `\`${name}\``) : part))
    .join('`');
}
