import { contentHash } from '../contentHash.ts';
import { askInOrder } from './ask.ts';
import { answerBlind } from './blind.ts';
import { contextOf } from './context.ts';
import { difficultyIndexOf } from './difficultyIndex.ts';
import type { Reply } from './provider/endpoint.ts';
import type { Model } from './provider/model.ts';
import { findEndless, findUnfit } from './quality.ts';
import type { Refusal } from './rejection.ts';
import type { Attempt, Workshop } from './workshop.ts';
import { writingPrompt } from './write.ts';
import { fromWritten } from './written.ts';

/** A question that is stored, one that was refused, or nobody who would write one. */
export type Made = { readonly id: string; readonly source: string } | 'refused' | 'unanswered';

/** Has one question written, checks it, has it answered blind, and stores it. */
export async function makeQuestion(workshop: Workshop, attempt: Attempt): Promise<Made> {
  const { prompts, limits, findUnsafe, duplicates, reject } = workshop;
  const { request, deadline, models, silent } = attempt;
  const spent = { inputTokens: 0, outputTokens: 0 };
  const onReply = (reply: Reply) => {
    spent.inputTokens += reply.inputTokens;
    spent.outputTokens += reply.outputTokens;
  };
  const onSilent = (model: Model) => void silent.add(model);

  let wasRefused = false;
  const context = contextOf(request, workshop.bank, workshop.random, limits);
  const written = await askInOrder(models, {
    prompt: writingPrompt(prompts, request, context, limits.outputTokens.question),
    userId: request.userId,
    deadline: deadline.slice(limits.writingShare),
    onReply,
    onSilent,
    onUnusable: async ({ by, output, ...refusal }) => {
      wasRefused = true;
      await reject(refusal, { request, by, output, spent });
    },
  });
  if (written === null) return wasRefused ? 'refused' : 'unanswered';

  const { by, output } = written;
  const refuse = async (refusal: Refusal) => {
    await reject(refusal, { request, by, output, spent });
    return 'refused' as const;
  };
  const question = fromWritten(written.value);
  const fault = findEndless(question, limits) ?? findUnsafe(question) ?? findUnfit(question, request, limits);
  if (fault !== undefined) return refuse(fault);

  const claim = await duplicates.claim(question.text, request.avoid);
  if ('refusal' in claim) return refuse(claim.refusal);
  try {
    const verdict = await answerBlind(workshop, attempt, question, by, { onReply, onSilent });
    if ('reason' in verdict) return await refuse(verdict);
    const stored = await workshop.stores.storeGenerated({
      ...question,
      ...spent,
      difficultyIndex: difficultyIndexOf(question),
      contentHash: contentHash(question),
      provider: by.provider,
      model: by.model,
      promptVersion: prompts.version,
      blindModel: verdict.by.model,
    });
    if ('id' in stored) return { id: stored.id, source: by.model };
    return await refuse({ reason: 'duplicate', detail: `it is ${stored.duplicateOf}` });
  } finally {
    claim.release();
  }
}
