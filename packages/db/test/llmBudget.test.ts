import { expect } from 'chai';
import { type Database, makeLlmBudgetStore } from '../src/index.ts';
import { addLearners, openDatabase } from './fixtures.ts';

const budget = { callsPerHour: 5, tokensPerDay: 10_000, tokensPerCall: 1_000 };
const at = (time: string) => new Date(`2026-03-10T${time}Z`);

describe('the budget for models', () => {
  let db: Database;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ db, close } = await openDatabase());
    await addLearners(db, { count: 3 });
  });
  afterEach(() => close?.());

  const reserve = async (userId: string | null, now: Date) => {
    const call = await makeLlmBudgetStore(db, budget).reserveCall(userId, now);
    return 'id' in call ? call.id : call.refused;
  };
  const settle = (id: string, tokens: number) =>
    makeLlmBudgetStore(db, budget).settleCall(id, {
      provider: 'local',
      model: 'model-1',
      outcome: 'ok',
      inputTokens: tokens - 10,
      outputTokens: 10,
    });

  it('gives a learner five calls in any sixty minutes, and others theirs', async () => {
    for (let minute = 0; minute < 5; minute++) await reserve('1', at(`10:0${minute}:00`));
    expect(await reserve('1', at('10:30:00'))).to.equal('learner_budget');
    expect(await reserve('2', at('10:30:00'))).to.match(/^\d+$/);
    expect(await reserve('1', at('10:59:59'))).to.equal('learner_budget');
    expect(await reserve('1', at('11:00:00'))).to.match(/^\d+$/);
    expect(await reserve('1', at('11:00:30'))).to.equal('learner_budget');
  });

  it('is not overdrawn by workers that ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 20 }, () => reserve('1', at('10:00:00'))));
    expect(asked.filter((answer) => answer === 'learner_budget')).to.have.length(15);
    const byNobody = await Promise.all(Array.from({ length: 20 }, () => reserve(null, at('10:00:00'))));
    expect(byNobody.filter((answer) => answer === 'daily_budget')).to.have.length(15);
  });

  it('ends with the tokens of the UTC day, and begins anew after midnight', async () => {
    const first = await reserve(null, at('01:00:00'));
    await settle(first, 9_100);
    expect(await reserve(null, at('23:59:59'))).to.equal('daily_budget');
    expect(await reserve(null, new Date('2026-03-11T00:00:00Z'))).to.match(/^\d+$/);
  });

  it('counts a call for what it took once that is known, and for its share until then', async () => {
    const calls: string[] = [];
    for (let n = 0; n < 10; n++) calls.push(await reserve(null, at('10:00:00')));
    expect(await reserve(null, at('10:00:00'))).to.equal('daily_budget');
    for (const call of calls) await settle(call, 100);
    for (let n = 0; n < 9; n++) expect(await reserve(null, at('11:00:00'))).to.match(/^\d+$/);
    expect(await reserve(null, at('11:00:00'))).to.equal('daily_budget');
  });

  it('takes a call of unknown cost for its share, and one that no model began to answer for nothing', async () => {
    const end = async (outcome: string) => {
      const id = await reserve(null, at('10:00:00'));
      const call = { provider: 'local', model: 'model-1', outcome, inputTokens: 0, outputTokens: 0 };
      await makeLlmBudgetStore(db, budget).settleCall(id, call);
    };
    for (const outcome of ['unreachable', 'rate_limited', 'server_error', 'refused']) await end(outcome);
    for (const outcome of ['timeout', 'too_large', 'bad_reply', 'cancelled', 'ok']) await end(outcome);
    for (let n = 0; n < 5; n++) expect(await reserve(null, at('10:00:00'))).to.match(/^\d+$/);
    expect(await reserve(null, at('10:00:00'))).to.equal('daily_budget');
  });

  it('keeps the tokens, but no name, of a learner who is erased', async () => {
    await settle(await reserve('1', at('10:00:00')), 500);
    await db.sql('DELETE FROM users WHERE user_id = 1');
    expect(await db.sql('SELECT user_id, input_tokens, output_tokens FROM llm_calls')).to.deep.equal([
      { user_id: null, input_tokens: 490, output_tokens: 10 },
    ]);
  });
});
