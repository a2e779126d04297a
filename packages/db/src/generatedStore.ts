import { randomUUID } from 'node:crypto';
import type { Level, Topic } from '@rung/domain';
import type { Database, Sql } from './database.ts';

/** A question that a model wrote and that has passed every check. Tokens: all calls that it took. */
export interface GeneratedRow {
  readonly level: Level;
  readonly topic: Topic;
  readonly text: string;
  readonly options: readonly string[];
  readonly correctIndex: number;
  readonly explanation: string;
  readonly reference: string;
  readonly difficultyIndex: number;
  readonly contentHash: string;
  readonly provider: string;
  readonly model: string;
  readonly promptVersion: string;
  readonly blindModel: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What a model wrote and nobody may see. */
export interface RejectedRow {
  readonly provider: string;
  readonly model: string;
  readonly promptVersion: string;
  readonly level: Level;
  readonly topic: Topic;
  readonly reason: string;
  readonly detail: string;
  readonly output: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A stored question and how alike its text is (0-1, pg_trgm). */
export interface Similar {
  readonly questionId: string;
  readonly similarity: number;
}

export interface GeneratedStore {
  /** The stored question, of any source and status, whose text is most alike, if it is so by `threshold` (0-1). */
  findSimilar(text: string, threshold: number): Promise<Similar | null>;
  /**
   * Stores a question under a new id (`generated-<uuid>`), active from then on, unless there is one with the same
   * content or with a text that is alike by `mostSimilar`. Workers that store at once see each other's.
   */
  storeGenerated(question: GeneratedRow): Promise<{ id: string } | { duplicateOf: string }>;
  /** Keeps what was refused, and why; at most 16,384 characters of the output, without what text cannot hold. */
  storeRejected(rejected: RejectedRow): Promise<void>;
}

const MOST_OUTPUT = 16_384;

/** `mostSimilar`: from this trigram similarity (0-1) two questions ask the same. */
export function makeGeneratedStore(
  database: Database,
  { mostSimilar }: { readonly mostSimilar: number },
): GeneratedStore {
  const db = database.scoped('generated');
  return {
    findSimilar: (text, threshold) => findSimilar(db.sql, text, threshold),

    storeGenerated: (question) =>
      db.transaction(async ({ sql }) => {
        await sql(`SELECT pg_advisory_xact_lock(hashtext('rung.generated'))`);
        const [same] = await sql<{ id: string }>('SELECT id FROM questions WHERE content_hash = $1 LIMIT 1', [
          question.contentHash,
        ]);
        if (same !== undefined) return { duplicateOf: same.id };
        const similar = await findSimilar(sql, question.text, mostSimilar);
        if (similar !== null) return { duplicateOf: similar.questionId };
        const id = `generated-${randomUUID()}`;
        await insert(sql, id, question);
        return { id };
      }),

    async storeRejected(rejected) {
      await db.sql(
        `INSERT INTO rejected_questions (provider, model, prompt_version, level, topic, reason, detail, output,
           input_tokens, output_tokens)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          rejected.provider,
          rejected.model,
          rejected.promptVersion,
          rejected.level,
          rejected.topic,
          rejected.reason,
          storable(rejected.detail),
          storable(rejected.output),
          rejected.inputTokens,
          rejected.outputTokens,
        ],
      );
    },
  };
}

async function findSimilar(sql: Sql, text: string, threshold: number): Promise<Similar | null> {
  const [nearest] = await sql<Similar>(
    `SELECT id AS "questionId", similarity(question_text, $1) AS similarity FROM questions
     ORDER BY question_text <-> $1 LIMIT 1`,
    [text],
  );
  return nearest !== undefined && nearest.similarity >= threshold ? nearest : null;
}

async function insert(sql: Sql, id: string, question: GeneratedRow): Promise<void> {
  await sql(
    `INSERT INTO questions (id, question_text, options, correct_index, explanation, reference, level, topic,
       difficulty_index, source, content_hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      id,
      question.text,
      JSON.stringify(question.options),
      question.correctIndex,
      question.explanation,
      question.reference,
      question.level,
      question.topic,
      question.difficultyIndex,
      question.model,
      question.contentHash,
    ],
  );
  await sql(
    `INSERT INTO generated_questions (question_id, provider, model, prompt_version, blind_model, input_tokens,
       output_tokens)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      id,
      question.provider,
      question.model,
      question.promptVersion,
      question.blindModel,
      question.inputTokens,
      question.outputTokens,
    ],
  );
}

/** Text holds neither NUL nor half of a surrogate pair, and what a model wrote may have both. */
function storable(text: string): string {
  return text.slice(0, MOST_OUTPUT).replaceAll('\u0000', '').toWellFormed();
}
