import { similarityOf, trigramsOf } from '../../src/checks/similarity.ts';
import type {
  BankQuestion,
  BudgetRefusal,
  CallReport,
  GeneratedQuestion,
  GenerationStores,
  RejectedQuestion,
} from '../../src/index.ts';

/** What generation keeps, in memory, for anybody to look at. */
export interface MemoryStores extends GenerationStores {
  readonly generated: GeneratedQuestion[];
  readonly rejected: RejectedQuestion[];
  /** A row per reserved request, with its report once it is settled. */
  readonly calls: { readonly userId: string | null; report?: CallReport }[];
}

/** Stores that hold `bank` already, and have budget for `calls` requests. */
export function memoryStores(
  bank: readonly BankQuestion[] = [],
  budget: { readonly calls?: number; readonly refusal?: BudgetRefusal } = {},
): MemoryStores {
  const { calls: limit = Number.POSITIVE_INFINITY, refusal = 'learner_budget' } = budget;
  const generated: GeneratedQuestion[] = [];
  const rejected: RejectedQuestion[] = [];
  const calls: MemoryStores['calls'] = [];
  const known = bank.map(({ id, text }) => ({ id, trigrams: trigramsOf(text) }));

  return {
    generated,
    rejected,
    calls,
    async reserveCall(userId) {
      if (calls.length >= limit) return { refused: refusal };
      calls.push({ userId });
      return { id: String(calls.length) };
    },
    async settleCall(id, report) {
      const call = calls[Number(id) - 1];
      if (call === undefined || call.report !== undefined) throw new Error(`call ${id} cannot be settled`);
      call.report = report;
    },
    async findSimilar(text, threshold) {
      const trigrams = trigramsOf(text);
      const [most] = known
        .map(({ id, trigrams: others }) => ({ questionId: id, similarity: similarityOf(trigrams, others) }))
        .sort((a, b) => b.similarity - a.similarity);
      return most !== undefined && most.similarity >= threshold ? most : null;
    },
    async storeGenerated(question) {
      const same = generated.findIndex(({ contentHash }) => contentHash === question.contentHash);
      if (same !== -1) return { duplicateOf: `generated-${same}` };
      generated.push(question);
      const id = `generated-${generated.length - 1}`;
      known.push({ id, trigrams: trigramsOf(question.text) });
      return { id };
    },
    async storeRejected(question) {
      rejected.push(question);
    },
  };
}
