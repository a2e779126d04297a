import { readFileSync } from 'node:fs';
import { FluentBundle, type FluentDateTime, FluentNumber, FluentResource } from '@fluent/bundle';
import type { Html } from './html.ts';

/** Languages that have a file in `locales/`, by their ISO 639-1 codes. */
const LANGUAGES = ['en'] as const;

export type Language = (typeof LANGUAGES)[number];

/** The language for a learner whose Telegram says `code` (IETF tag such as `en-GB`, or null); English when there is none for it. */
export function languageOf(code: string | null): Language {
  const primary = code?.toLowerCase().split('-')[0];
  return LANGUAGES.find((language) => language === primary) ?? 'en';
}

/** The messages of one language. Both methods throw when a message or an argument of it is missing. */
export interface Catalogue {
  /** A message that holds HTML; arguments that are text must be HTML too. */
  html(id: string, args?: Readonly<Record<string, Html | number | FluentNumber | FluentDateTime>>): Html;
  /** A message of plain text, for buttons, notices and menus. */
  plain(id: string): string;
}

/** Reads and parses a language's file, once for each call. */
export function loadCatalogue(language: Language): Catalogue {
  const source = readFileSync(new URL(`../locales/${language}.ftl`, import.meta.url), 'utf8');
  const bundle = new FluentBundle(language, { useIsolating: false });
  const [mistake] = bundle.addResource(new FluentResource(source));
  if (mistake !== undefined) throw mistake;

  const format: Catalogue['html'] = (id, args) => {
    const pattern = bundle.getMessage(id)?.value;
    if (pattern == null) throw new Error(`No message ${id} in ${language}`);
    return bundle.formatPattern(pattern, args) as Html;
  };
  return { html: format, plain: (id) => format(id) };
}

/** A share of the whole, 0 to 1, to be shown in percent. */
export function percent(share: number): FluentNumber {
  return new FluentNumber(share, { style: 'percent', maximumFractionDigits: 0 });
}
