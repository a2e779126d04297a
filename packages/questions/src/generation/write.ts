import type { WritingContext } from './context.ts';
import { fence } from './fence.ts';
import type { GenerationRequest } from './ports.ts';
import type { Prompts } from './prompts.ts';
import type { Prompt } from './provider/prompt.ts';
import { asWritten, writtenSchema } from './written.ts';

/** The prompt that asks for a new question. All that varies in it is data, fenced. */
export function writingPrompt(
  prompts: Pick<Prompts, 'write'>,
  { topic, level }: Pick<GenerationRequest, 'topic' | 'level'>,
  { examples, weakPoints, avoid }: WritingContext,
  outputTokens: number,
): Prompt<typeof writtenSchema> {
  return {
    name: 'question',
    system: prompts.write,
    user: fence({ topic, level, examples: examples.map(asWritten), weak_points: weakPoints, avoid }),
    schema: writtenSchema,
    outputTokens,
  };
}
