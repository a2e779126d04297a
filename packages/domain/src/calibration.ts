import { type AnswerColumns, fitAnswers } from './answerFit.ts';
import { at } from './columns.ts';
import type { Policy } from './policy.ts';

/** A learner's first answer ever to a question. */
export interface FirstAnswer {
  readonly userId: string;
  readonly questionId: string;
  readonly correct: boolean;
}

/** What answers say about how hard a question is. */
export interface CalibratedDifficulty {
  /** In logits, as `predictSuccess` takes it. */
  readonly difficulty: number;
  /** How many answers it rests on. */
  readonly answers: number;
  /** Standard deviation of what remains unknown about the difficulty, in logits. */
  readonly standardError: number;
}

/**
 * Difficulties of all questions that were answered, fitted to all first answers at once: maximum a posteriori,
 * with the difficulty that the level says (`priors`, logits) and the policy's spread around it as prior, while
 * the learners' abilities are estimated jointly and integrated out (`fitAnswers`). The order of the answers
 * does not matter. Throws RangeError for an answer to a question without a prior.
 */
export function refitDifficulties(
  answers: readonly FirstAnswer[],
  priors: ReadonlyMap<string, number>,
  policy: Policy,
): Map<string, CalibratedDifficulty> {
  const { columns, questionIds } = toColumns(answers);
  const priorMeans = Float64Array.from(questionIds, (questionId) => {
    const prior = priors.get(questionId);
    if (prior === undefined) throw new RangeError(`question ${questionId} has no prior difficulty`);
    return prior;
  });
  const fit = fitAnswers(columns, { means: priorMeans, sd: policy.difficultyPriorSd }, policy);
  const counts = new Uint32Array(questionIds.length);
  for (const question of columns.questions) counts[question] = at(counts, question) + 1;
  return new Map(
    questionIds.map((questionId, i) => [
      questionId,
      {
        difficulty: at(fit.difficulties, i),
        answers: at(counts, i),
        standardError: at(fit.standardErrors, i),
      },
    ]),
  );
}

function toColumns(answers: readonly FirstAnswer[]): { columns: AnswerColumns; questionIds: string[] } {
  const learners = new Map<string, number>();
  const questions = new Map<string, number>();
  const columns = {
    learners: Uint32Array.from(answers, ({ userId }) => numberOf(userId, learners)),
    questions: Uint32Array.from(answers, ({ questionId }) => numberOf(questionId, questions)),
    correct: Uint8Array.from(answers, ({ correct }) => (correct ? 1 : 0)),
  };
  return {
    columns: { ...columns, learnerCount: learners.size },
    questionIds: [...questions.keys()],
  };
}

function numberOf(id: string, numbers: Map<string, number>): number {
  const known = numbers.get(id);
  if (known !== undefined) return known;
  numbers.set(id, numbers.size);
  return numbers.size - 1;
}
