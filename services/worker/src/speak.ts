import { type Language, languageOf, type Messages, makeMessages } from '@rung/messages';

/** The messages of a learner's language, by its code as stored; English for one that we do not speak. */
export type Speak = (languageCode: string | null) => Messages;

/** Reads each language's catalogue once: parsing it for every message would cost more than all the rest of it. */
export function makeSpeak(): Speak {
  const known = new Map<Language, Messages>();
  return (languageCode) => {
    const language = languageOf(languageCode);
    const messages = known.get(language) ?? makeMessages(language);
    known.set(language, messages);
    return messages;
  };
}
