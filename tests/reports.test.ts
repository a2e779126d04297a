import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { openPlay, type Play } from '../scripts/demo/play.ts';
import { launchBrowser, type Visit, visit } from './harness/browser.ts';
import { runOps } from './harness/ops.ts';
import { startTestStack, type TestStack } from './harness/stack.ts';

const QUESTION = 'streaming-2-001';

describe('a question with a wrong key, in the chat page of a running stack', function () {
  this.timeout(90_000);
  let browser: Browser;
  let stack: TestStack;
  let visited: Visit;

  before(async function () {
    browser = await launchBrowser(this);
    stack = await startTestStack();
    // So that everybody is asked the same.
    await stack.sql(`UPDATE questions SET status = 'retired' WHERE id <> $1`, [QUESTION]);
  });
  after(async () => {
    await visited?.close();
    await browser?.close();
    await stack?.stop();
  });

  const statusOf = async (id: string) =>
    (await stack.sql<{ status: string }>('SELECT status FROM questions WHERE id = $1', [id]))[0]?.status;

  it('is reported by three learners, quarantined, fixed, and each of them hears what became of their answer', async () => {
    const stage = { sandboxUrl: stack.sandboxUrl, databaseUrl: stack.ownerUrl, print: () => undefined };
    const plays: Play[] = [];
    for (const name of ['Ada', 'Grace', 'Joan']) {
      const play = await openPlay(stage, name);
      await play.askBy(await play.say('/start'), 'First question now');
      // The key says that Joan is right.
      await play.answer(name === 'Joan' ? 'right' : 'wrong');
      plays.push(play);
    }
    const ids = plays.map(({ chat }) => chat.id);
    visited = await visit(browser, `${stack.sandboxUrl}/#${ids.join(',')}`, {
      viewport: { width: 1500, height: 950 },
    });
    const panels = ids.map((id) => visited.page.getByTestId(`learner-${id}`));
    for (const panel of panels) {
      expect(await statusOf(QUESTION)).to.equal('active');
      await panel.getByRole('button', { name: 'Report' }).click();
      await panel.getByRole('button', { name: 'The answer is wrong' }).click();
      await panel.getByText('Thank you!').waitFor();
    }
    expect(await statusOf(QUESTION)).to.equal('quarantined');

    const queue = await runOps(stack.ownerUrl, ['questions', 'review']);
    expect(queue.out).to.include(QUESTION).and.to.include('quarantined');
    // What Ada chose is the key from now on.
    const [chosen] = await stack.sql<{ option: number }>(
      'SELECT selected_option AS option FROM user_answers WHERE user_id = $1',
      [ids[0]],
    );
    const letter = 'ABCD'[chosen?.option ?? 0] ?? '';
    const fixed = await runOps(stack.ownerUrl, ['questions', 'fix', QUESTION, '--answer', letter]);
    expect(fixed.code, fixed.err).to.equal(0);

    const [ada, , joan] = panels;
    await ada?.getByText('You were right after all').waitFor();
    await joan?.getByText('Your answer counts as wrong now').waitFor();
    const shots = process.env.SCREENSHOTS;
    if (shots !== undefined) {
      await mkdir(shots, { recursive: true });
      await visited.page.screenshot({ path: join(shots, 'correction.png'), animations: 'disabled' });
    }
    expect(await statusOf(QUESTION)).to.equal('active');
    const told = await stack.sql<{ told: number; untold: number }>(
      `SELECT count(notified_at)::int AS told, count(*) FILTER (WHERE notified_at IS NULL)::int AS untold
       FROM answer_corrections`,
    );
    const correct = await stack.sql<{ correct: boolean }>(
      'SELECT is_correct AS correct FROM user_answers ORDER BY id',
    );
    expect(told[0]?.told).to.be.at.least(2);
    expect(correct.map((row) => row.correct))
      .to.include(true)
      .and.to.include(false);
    expect(visited.problems).to.deep.equal([]);
  });
});
