import { shuffleOptions } from '@rung/domain';
import { answeringPrompt, judgeAnswer } from './answer.ts';
import { type Asking, askInOrder } from './ask.ts';
import { BudgetSpent, type Model } from './provider/model.ts';
import type { Refusal } from './rejection.ts';
import type { Attempt, Workshop } from './workshop.ts';
import type { WrittenQuestion } from './written.ts';

/**
 * Has a question answered by a model that does not know the key: another one than wrote it, as long as there is one
 * that answers. Gives who agreed with the key, or why the question is refused.
 */
export async function answerBlind(
  { prompts, limits, random }: Pick<Workshop, 'prompts' | 'limits' | 'random'>,
  { request, deadline, models, silent }: Attempt,
  question: WrittenQuestion,
  writer: Model,
  told: Pick<Asking<never>, 'onReply' | 'onSilent'>,
): Promise<{ readonly by: Model } | Refusal> {
  const order = shuffleOptions(random);
  const others = models.filter((model) => model !== writer);
  const inOrder = [
    ...others.filter((model) => !silent.has(model)),
    writer,
    ...others.filter((model) => silent.has(model)),
  ];
  const faults: string[] = [];
  try {
    const answer = await askInOrder(inOrder, {
      prompt: answeringPrompt(prompts, question, order, limits.outputTokens.answer),
      userId: request.userId,
      deadline,
      ...told,
      onUnusable: async ({ by, reason }) => void faults.push(`${by.provider}: ${reason}`),
    });
    if (answer === null) return unverified(faults.join(', '));
    return judgeAnswer(answer.value, question, order) ?? { by: answer.by };
  } catch (error) {
    if (error instanceof BudgetSpent) return unverified(error.message);
    throw error;
  }
}

function unverified(why: string): Refusal {
  return { reason: 'unverified', detail: `no blind answer${why === '' ? '' : ` (${why})`}` };
}
