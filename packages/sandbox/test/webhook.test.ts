import { expect } from 'chai';
import { Harness, until, WebhookReceiver } from './fixture.ts';

interface WebhookInfo {
  pending_update_count: number;
  last_error_message?: string;
  last_error_date?: number;
  max_connections?: number;
}

describe('Webhook delivery', () => {
  let receiver: WebhookReceiver;
  let sandbox: Harness;
  let ada: number;
  let bob: number;
  let hook: string;

  beforeEach(async () => {
    receiver = new WebhookReceiver();
    hook = await receiver.listen();
    sandbox = await Harness.start({ webhook: { url: hook, secret: 'a-good-secret_1' } });
    ada = await sandbox.learner('Ada');
    bob = await sandbox.learner('Bob');
  });
  afterEach(async () => {
    await sandbox.close();
    receiver.close();
  });

  const texts = () => receiver.deliveries.map(({ update }) => update.message?.text);
  const info = async () => (await sandbox.call('getWebhookInfo')).result as WebhookInfo;
  const delivered = (count: number) =>
    until(
      async () => receiver.deliveries.length >= count && (await info()).pending_update_count === 0,
      `${count} deliveries`,
    );

  it('posts each update once, with the secret', async () => {
    const update = await sandbox.say(ada, 'hello');
    await delivered(1);
    expect(receiver.deliveries[0]).to.deep.include({ update, secret: 'a-good-secret_1' });
    expect(await info())
      .to.include({ max_connections: 40 })
      .and.not.have.property('last_error_date');
    expect(receiver.deliveries).to.have.length(1);
  });

  it('tries again what is not answered with a 2xx, after a growing pause, and says why', async () => {
    receiver.answer = () => ({ status: receiver.deliveries.length > 2 ? 204 : 503 });
    await sandbox.say(ada, 'hello');
    await until(() => receiver.deliveries.length === 1, 'the first try');
    await until(async () => (await info()).last_error_message !== undefined, 'the error is known');
    expect(await info()).to.include({
      pending_update_count: 1,
      last_error_message: 'Wrong response from the webhook: 503 Service Unavailable',
    });
    await delivered(3);
    const [first, second, third] = receiver.deliveries.map(({ at }) => at);
    const [pause, longer] = [(second ?? 0) - (first ?? 0), (third ?? 0) - (second ?? 0)];
    expect(pause).to.be.at.least(950);
    expect(longer).to.be.at.least(1_950);
    expect(new Set(receiver.deliveries.map(({ update }) => update.update_id)).size).to.equal(1);
  });

  it('honours Retry-After', async () => {
    receiver.answer = () =>
      receiver.deliveries.length > 1 ? { status: 200 } : { status: 429, headers: { 'retry-after': '2' } };
    await sandbox.say(ada, 'hello');
    await delivered(2);
    const [first, second] = receiver.deliveries.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).to.be.at.least(1_950);
  });

  it("holds a user's later updates behind a failing one, while others go on", async () => {
    receiver.answer = ({ update }) => ({
      status:
        update.message?.text === 'one' && texts().filter((text) => text === 'one').length < 2 ? 500 : 200,
    });
    await sandbox.say(ada, 'one');
    await sandbox.say(ada, 'two');
    await sandbox.say(bob, 'three');
    await delivered(4);
    expect(texts()).to.deep.equal(['one', 'three', 'one', 'two']);
  });

  it('delivers one update of a user at a time, and at most 40 in all', async () => {
    receiver.answer = () => ({ status: 200, delayMs: 30 });
    const { body } = await sandbox.http<{ learners: { id: number }[] }>('POST', '/api/learners', {
      count: 60,
    });
    const updates = body.learners.flatMap(({ id }) => [
      { chatId: id, text: '1' },
      { chatId: id, text: '2' },
    ]);
    await sandbox.http('POST', '/api/updates', { updates, deliver: true });
    await delivered(120);
    expect(receiver.mostInFlight).to.equal(40);
    for (const { id } of body.learners) {
      const own = receiver.deliveries.filter(({ update }) =>
        JSON.stringify(update).includes(`"id":${id},"is_bot"`),
      );
      expect(own.map(({ update }) => update.message?.text)).to.deep.equal(['1', '2']);
    }
  });

  it('keeps updates while nobody listens and delivers them when somebody does', async () => {
    await sandbox.call('setWebhook', { url: 'http://127.0.0.1:9/', secret_token: 'x' });
    await sandbox.say(ada, 'early');
    await until(
      async () => (await info()).last_error_message === 'Connection refused',
      'the refusal is known',
    );
    await sandbox.call('setWebhook', { url: hook, secret_token: 'other' });
    await delivered(1);
    expect(receiver.deliveries[0]?.secret).to.equal('other');
    expect(texts()).to.deep.equal(['early']);
  });

  it('delivers duplicates when told to', async () => {
    await sandbox.http('POST', '/control', { faults: [{ kind: 'duplicateUpdates', times: 3, count: 1 }] });
    await sandbox.say(ada, 'thrice');
    await sandbox.say(ada, 'once');
    await delivered(4);
    expect(texts()).to.deep.equal(['thrice', 'thrice', 'thrice', 'once']);
  });

  it('delivers out of order when told to', async () => {
    await sandbox.http('POST', '/control', { faults: [{ kind: 'reorderUpdates', window: 3 }] });
    for (const text of ['one', 'two', 'three', 'four']) await sandbox.say(ada, text);
    await delivered(4);
    expect(texts()).to.deep.equal(['three', 'two', 'one', 'four']);
  });

  it('delivers nothing of updates that are only made', async () => {
    const wanted = {
      updates: [
        { chatId: ada, text: 'made' },
        { chatId: ada, messageId: 1, data: 'a:1:0' },
      ],
      deliver: false,
    };
    const { status, body } = await sandbox.http<{
      updates: { update_id: number; callback_query?: { id: string } }[];
    }>('POST', '/api/updates', wanted);
    expect(status).to.equal(201);
    await sandbox.say(ada, 'sent');
    await delivered(1);
    expect(texts()).to.deep.equal(['sent']);
    const ids = body.updates.map(({ update_id }) => update_id);
    expect([...ids, receiver.deliveries[0]?.update.update_id]).to.deep.equal([
      ids[0],
      (ids[0] ?? 0) + 1,
      (ids[0] ?? 0) + 2,
    ]);
    const answer = { callback_query_id: body.updates[1]?.callback_query?.id };
    expect(await sandbox.call('answerCallbackQuery', answer)).to.include({ ok: true });
  });
});
