import type { Random } from '@rung/domain';
import type { BankQuestion } from '../bankQuestion.ts';
import type { GenerationLimits } from './limits.ts';
import type { GenerationRequest } from './ports.ts';
import { findInstruction } from './safety/instructions.ts';

/** What a model is shown to write a question for a request. */
export interface WritingContext {
  /** Of the request's level and topic, as far as the bank has any: each time others. */
  readonly examples: readonly BankQuestion[];
  readonly weakPoints: readonly string[];
  readonly avoid: readonly string[];
}

/**
 * Chooses examples, and cuts other people's texts to size. Texts that speak to a model are left out: inside the fence
 * they would be data, but no model is perfect.
 */
export function contextOf(
  request: GenerationRequest,
  bank: readonly BankQuestion[],
  random: Random,
  limits: Pick<GenerationLimits, 'examples' | 'contextTexts' | 'contextTextLength'>,
): WritingContext {
  const cell = bank.filter(({ level, topic }) => level === request.level && topic === request.topic);
  const sameTopic = bank.filter(({ topic }) => topic === request.topic);
  const pool = [cell, sameTopic, bank].find(({ length }) => length >= limits.examples) ?? bank;
  const texts = (from: readonly string[]) =>
    from
      .filter((text) => findInstruction(text) === undefined)
      .slice(0, limits.contextTexts)
      .map((text) => text.slice(0, limits.contextTextLength).toWellFormed());

  return {
    examples: draw(pool, limits.examples, random),
    weakPoints: texts(request.weakPoints),
    avoid: texts(request.avoid),
  };
}

function draw<T>(from: readonly T[], count: number, random: Random): T[] {
  const left = [...from];
  const drawn: T[] = [];
  while (drawn.length < count && left.length > 0) {
    drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return drawn;
}
