import type { Level, Topic } from '@rung/domain';
import { EntitySchema } from 'typeorm';

/** A row of `questions`: the current version, of any source and status. */
export interface StoredQuestion {
  id: string;
  version: number;
  text: string;
  options: string[];
  correctIndex: number;
  explanation: string;
  reference: string | null;
  level: Level;
  topic: Topic;
  difficultyIndex: number;
  contentHash: string;
  /** `static` for the bank, else the model that wrote it. */
  source: string;
  status: 'active' | 'quarantined' | 'retired';
  randomKey: number;
  /** When it was fixed, retired or imported since the files were loaded that say something else. */
  reviewedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** In logits, from answers; null until there are enough of them. */
  difficulty: number | null;
}

export const questionEntity = new EntitySchema<StoredQuestion>({
  name: 'question',
  tableName: 'questions',
  columns: {
    id: { type: 'text', primary: true },
    version: { type: 'integer' },
    text: { name: 'question_text', type: 'text' },
    options: { type: 'jsonb' },
    correctIndex: { name: 'correct_index', type: 'smallint' },
    explanation: { type: 'text' },
    reference: { type: 'text', nullable: true },
    level: { type: 'smallint' },
    topic: { type: 'text' },
    difficultyIndex: { name: 'difficulty_index', type: 'smallint' },
    contentHash: { name: 'content_hash', type: 'text' },
    source: { type: 'text' },
    status: { type: 'text' },
    randomKey: { name: 'random_key', type: 'double precision' },
    reviewedAt: { name: 'reviewed_at', type: 'timestamptz', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
    difficulty: { type: 'real', nullable: true },
  },
});
