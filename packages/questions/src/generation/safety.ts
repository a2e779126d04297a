import type { Prompts } from './prompts.ts';
import type { Refusal } from './rejection.ts';
import { makeBlockedTopicCheck } from './safety/blockedTopics.ts';
import { findOddCharacter } from './safety/characters.ts';
import { findContact } from './safety/contact.ts';
import { findInstruction, makeLeakCheck } from './safety/instructions.ts';
import { findMarkup } from './safety/markup.ts';
import { makeProfanityCheck } from './safety/profanity.ts';
import type { WrittenQuestion } from './written.ts';

/** Why nobody may see a question, whatever it asks; undefined when there is no reason. */
export type SafetyCheck = (question: WrittenQuestion) => Refusal | undefined;

/**
 * Checks every text of a question for what must not reach a chat. Of `prompts` it may not give away a sentence, of
 * `secrets` none: whoever runs a provider has its key.
 */
export function makeSafetyCheck(
  prompts: Pick<Prompts, 'write' | 'answer'>,
  secrets: readonly string[] = [],
): SafetyCheck {
  const isProfane = makeProfanityCheck();
  const findBlockedTopic = makeBlockedTopicCheck();
  const findLeak = makeLeakCheck([prompts.write, prompts.answer]);

  return ({ text, options, explanation, reference }) => {
    const texts = [text, ...options, explanation, reference];
    const first = (find: (one: string) => string | undefined) =>
      texts.map(find).find((hit) => hit !== undefined);

    // From what people would mind most to what is merely odd: one text may be several of these.
    const profane = texts.find(isProfane);
    if (profane !== undefined) return { reason: 'profanity', detail: profane };
    const topic = first(findBlockedTopic);
    if (topic !== undefined) return { reason: 'blocked_topic', detail: topic };
    if (texts.some((one) => secrets.some((secret) => one.includes(secret)))) {
      return { reason: 'instructions', detail: 'a key' };
    }
    const instruction = first(findInstruction) ?? first(findLeak);
    if (instruction !== undefined) return { reason: 'instructions', detail: instruction };
    const contact = first(findContact);
    if (contact !== undefined) return { reason: 'contact', detail: contact };
    const markup = first(findMarkup);
    if (markup !== undefined) return { reason: 'markup', detail: markup };
    const odd = first(findOddCharacter);
    return odd === undefined ? undefined : { reason: 'characters', detail: odd };
  };
}
