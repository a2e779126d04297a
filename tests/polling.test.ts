import { type Sandbox, startSandbox } from '@rung/sandbox';
import { expect } from 'chai';
import { openPlay } from '../scripts/demo/play.ts';
import { SANDBOX_TOKEN } from '../scripts/stack/stack.ts';
import { startTestStack, type TestStack } from './harness/stack.ts';

describe("a learner's day, with updates that are fetched", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let stack: TestStack;

  before(async () => {
    sandbox = await startSandbox({ port: 0, token: SANDBOX_TOKEN });
    stack = await startTestStack({ telegram: { token: SANDBOX_TOKEN, apiRoot: sandbox.url } });
  });
  after(async () => {
    await stack?.stop();
    await sandbox?.close();
  });

  it('is the same as with a webhook', async () => {
    const play = await openPlay(
      { sandboxUrl: sandbox.url, databaseUrl: stack.ownerUrl, print: () => undefined },
      'Barbara',
    );
    await play.askBy(await play.say('/start'), 'First question now');
    expect(await play.answer('right')).to.include('Streak: 1 day');
    expect(await play.tapAgain()).to.include('You have already answered this one.');
  });
});
