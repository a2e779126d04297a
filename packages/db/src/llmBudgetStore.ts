import type { Database } from './database.ts';

/** What generation may spend. */
export interface LlmBudget {
  /** Calls that one learner may cause within any 60 minutes. */
  readonly callsPerHour: number;
  /** Tokens, of prompts and answers together, that all calls of a UTC day may take. */
  readonly tokensPerDay: number;
  /**
   * Tokens that a call counts for while nobody knows what it took: it runs, its worker died, it was given up, or its
   * provider does not say.
   */
  readonly tokensPerCall: number;
}

/** What one call came to. */
export interface SettledCall {
  readonly provider: string;
  readonly model: string;
  readonly outcome: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface LlmBudgetStore {
  /**
   * Takes one call out of the budgets before it is made, or says which of them is spent. `userId`: whose calls it is
   * counted with; null for nobody's. Parallel callers cannot overdraw.
   */
  reserveCall(
    userId: string | null,
    now: Date,
  ): Promise<{ id: string } | { refused: 'learner_budget' | 'daily_budget' }>;
  /** Says what became of a reserved call. */
  settleCall(id: string, call: SettledCall): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Outcomes of calls for which no provider asks anything: no model began to answer. */
const COST_NOTHING = ['unreachable', 'rate_limited', 'server_error', 'refused'];

export function makeLlmBudgetStore(database: Database, budget: LlmBudget): LlmBudgetStore {
  const db = database.scoped('llm_budget');
  return {
    reserveCall: (userId, now) =>
      db.transaction(async ({ sql }) => {
        await sql(`SELECT pg_advisory_xact_lock(hashtext('rung.llm_budget'))`);
        const [spent] = await sql<{ calls: number; tokens: number }>(
          `SELECT
             (SELECT count(*)::int FROM llm_calls WHERE user_id = $1 AND created_at > $2) AS calls,
             (SELECT coalesce(sum(CASE WHEN outcome = ANY ($5) THEN 0
                ELSE coalesce(nullif(input_tokens + output_tokens, 0), $4) END), 0)::float8 FROM llm_calls
              WHERE created_at >= date_trunc('day', $3::timestamptz, 'UTC')) AS tokens`,
          [userId, new Date(now.getTime() - HOUR_MS), now, budget.tokensPerCall, COST_NOTHING],
        );
        if ((spent?.calls ?? 0) >= budget.callsPerHour) return { refused: 'learner_budget' };
        if ((spent?.tokens ?? 0) + budget.tokensPerCall > budget.tokensPerDay)
          return { refused: 'daily_budget' };
        const [call] = await sql<{ id: string }>(
          // A learner may be erased while a question is written for them.
          `INSERT INTO llm_calls (user_id, created_at) VALUES ((SELECT user_id FROM users WHERE user_id = $1), $2)
           RETURNING id`,
          [userId, now],
        );
        if (call === undefined) throw new Error('the call was not stored');
        return { id: call.id };
      }),

    async settleCall(id, call) {
      await db.sql(
        `UPDATE llm_calls SET provider = $2, model = $3, outcome = $4, input_tokens = $5, output_tokens = $6
         WHERE id = $1`,
        [id, call.provider, call.model, call.outcome, call.inputTokens, call.outputTokens],
      );
    },
  };
}
