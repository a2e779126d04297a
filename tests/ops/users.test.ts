import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePseudonyms } from '@rung/db';
import { expect } from 'chai';
import { type Chat, openChat } from '../../scripts/stack/chat.ts';
import { until } from '../../scripts/stack/until.ts';
import { runOps } from '../harness/ops.ts';
import { startTestStack, type TestStack } from '../harness/stack.ts';
import { runTool } from '../harness/tools.ts';

const SALT = 'salt of the tests, of which nobody may know';

describe("the operator's commands for learners", function () {
  this.timeout(120_000);
  let stack: TestStack;
  let folder: string;
  before(async () => {
    stack = await startTestStack();
    folder = await mkdtemp(join(tmpdir(), 'rung-ledger-'));
  });
  after(async () => {
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ops = (words: string, args: string[], env: NodeJS.ProcessEnv = {}) =>
    runTool(words, args, { DATABASE_URL: stack.ownerUrl, ERASURE_SALT: SALT, BACKUP_DIR: folder, ...env });
  /** Somebody who has sent /start. */
  const meet = async (name: string): Promise<{ userId: string; chat: Chat }> => {
    const chat = await openChat(stack.sandboxUrl, name);
    await chat.say('/start');
    await until('a learner', 30_000, async () => (await rows(chat.id)) === 1);
    return { userId: chat.id, chat };
  };
  const rows = async (userId: string): Promise<number> =>
    (await stack.sql('SELECT FROM users WHERE user_id = $1', [userId])).length;
  const quiet = (userId: string) =>
    until('all handled', 30_000, async () => {
      const open = await stack.sql(
        `SELECT FROM telegram_updates WHERE user_id = $1 AND status IN ('received', 'applied')`,
        [userId],
      );
      return open.length === 0;
    });
  const dead = () => stack.sql('SELECT * FROM dead_letters');

  it('show what is known, without a word that was written', async () => {
    const { userId, chat } = await meet('Grace');
    await chat.say('my secret thoughts');
    await chat.say('/quiz');
    await until('a question', 30_000, async () => {
      const sent = await stack.sql(`SELECT FROM user_questions WHERE user_id = $1 AND state = 'sent'`, [
        userId,
      ]);
      return sent.length === 1;
    });
    await quiet(userId);
    const { out, error } = await ops('user show', [userId]);
    expect(error).to.equal(null);
    expect(out).to.contain(`Learner ${userId}`);
    expect(out).to.match(/Settings: en, UTC, questions at 10:00, reminder on/);
    expect(out).to.match(/Level 2 Intermediate, 0 right in a row; streak 0, best 0, freezes 0/);
    expect(out).to.contain('Answers: 0 of 0 right');
    expect(out).to.contain('Deliveries: sent 1');
    expect(out).to.match(/^\d+ +daily +\d{4}-\d\d-\d\d +sent +\S+-2-\d+/m);
    expect(out).to.contain('Updates of the last 7 days: 3').and.contain('command.run  done');
    expect(out).to.contain('They have reported no question.');
    expect(out).to.not.contain('secret thoughts').and.not.contain('Grace');
    const audit = await stack.sql('SELECT action, subject FROM audit_log');
    expect(audit).to.deep.equal([{ action: 'user.show', subject: userId }]);
    expect((await ops('user show', ['5'])).out).to.equal('Nothing is known of 5.\n');
  });

  it('delete a learner for good while they go on writing, and no service stumbles', async () => {
    const { userId, chat } = await meet('Edsger');
    let writing = true;
    const chatter = (async () => {
      for (const text of ['/stats', '/quiz', '/settings', 'hello', '/help'])
        if (writing) await chat.say(text);
    })();
    const { out, error } = await ops('user delete', [userId, '--yes']);
    writing = false;
    await chatter;
    expect(error).to.equal(null);
    expect(out).to.contain(`${userId} is erased`);
    await chat.say('/stats');
    await quiet(userId);
    expect(await rows(userId)).to.equal(0);
    expect(await stack.sql('SELECT FROM user_questions WHERE user_id = $1', [userId])).to.have.length(0);
    expect(await dead()).to.deep.equal([]);
    await chat.see('how to begin', ({ text }) => text.includes('/start'));

    const hash = makePseudonyms(SALT).of(userId);
    const audit = await stack.sql(`SELECT action FROM audit_log WHERE subject = $1`, [`erased:${hash}`]);
    expect(audit).to.deep.equal([{ action: 'user.delete' }]);
    const ledger = (await readFile(join(folder, 'erasures.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(ledger.map((entry) => entry.hash)).to.deep.equal([hash]);
    expect((await ops('user show', [userId])).out).to.match(/no learner.*They were erased on \d{4}/s);

    // Whoever comes back begins anew.
    await chat.say('/start');
    await until('a learner again', 30_000, async () => (await rows(userId)) === 1);
  });

  it('ask before they delete, and need the salt', async () => {
    const { userId } = await meet('Barbara');
    const env = { ERASURE_SALT: SALT, BACKUP_DIR: '' };
    const unasked = await runOps(stack.ownerUrl, ['user', 'delete', userId], '', env);
    expect(unasked.code).to.equal(1);
    expect(unasked.err).to.contain('say --yes');
    const unsalted = await ops('user delete', [userId, '--yes'], { ERASURE_SALT: '' });
    expect(unsalted.error).to.contain('ERASURE_SALT is not set: it must be at least 32 characters');
    expect(await rows(userId)).to.equal(1);
    const without = await runOps(stack.ownerUrl, ['user', 'delete', userId, '--yes'], '', env);
    expect(without.out).to.contain('The next backup takes the erasure into its ledger.');
    expect(await rows(userId)).to.equal(0);
    expect((await ops('user delete', [userId, '--yes'])).error).to.equal(`Nothing is known of ${userId}.`);
    const noFolder = await ops('user delete', ['1', '2']);
    expect(noFolder.error).to.contain('name one learner');
  });
});
