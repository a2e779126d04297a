import type { z } from 'zod';

/** What is sent to a model, and the form of what is to come back. */
export interface Prompt<S extends z.ZodType = z.ZodType> {
  /** What the form is called. */
  readonly name: 'question' | 'answer';
  /** Instructions. Nothing is ever filled in. */
  readonly system: string;
  /** Fenced data. */
  readonly user: string;
  readonly schema: S;
  /** The most tokens that the answer may take. */
  readonly outputTokens: number;
}
