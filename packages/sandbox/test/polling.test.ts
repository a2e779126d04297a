import { expect } from 'chai';
import { Harness, type Update } from './fixture.ts';

describe('getUpdates', () => {
  let sandbox: Harness;
  let chat: number;

  beforeEach(async () => {
    sandbox = await Harness.start();
    chat = await sandbox.learner();
  });
  afterEach(() => sandbox.close());

  const poll = async (params: object = {}) => (await sandbox.call('getUpdates', params)).result as Update[];
  const texts = (updates: Update[]) => updates.map(({ message }) => message?.text);

  it('gives updates with ids that grow by one, again and again until an offset confirms them', async () => {
    for (const text of ['one', 'two', 'three']) await sandbox.say(chat, text);
    const updates = await poll();
    const first = updates[0]?.update_id ?? 0;
    expect(updates.map(({ update_id }) => update_id)).to.deep.equal([first, first + 1, first + 2]);
    expect(texts(await poll({ limit: 2 }))).to.deep.equal(['one', 'two']);
    expect(texts(await poll({ offset: first + 1 }))).to.deep.equal(['two', 'three']);
    expect(texts(await poll())).to.deep.equal(['two', 'three']);
    expect(await poll({ offset: first + 3 })).to.deep.equal([]);
  });

  it('keeps only the last ones with a negative offset', async () => {
    for (const text of ['one', 'two', 'three']) await sandbox.say(chat, text);
    expect(texts(await poll({ offset: -1 }))).to.deep.equal(['three']);
    expect(texts(await poll())).to.deep.equal(['three']);
  });

  it('waits for an update, and gives an empty list when none came in time', async () => {
    const waiting = poll({ timeout: 20 });
    await sandbox.say(chat, 'late');
    expect(texts(await waiting)).to.deep.equal(['late']);
    const last = (await poll())[0]?.update_id ?? 0;
    expect(await poll({ offset: last + 1, timeout: 1 })).to.deep.equal([]);
  });

  it('carries messages, taps and blocking', async () => {
    const messageId = await sandbox.send(chat, 'Question', {
      reply_markup: { inline_keyboard: [[{ text: 'A', callback_data: 'a:1:0' }]] },
    });
    await sandbox.say(chat, '/start abc');
    await sandbox.tap(chat, messageId, 'a:1:0');
    await sandbox.http('POST', `/api/chats/${chat}/block`);
    await sandbox.http('POST', `/api/chats/${chat}/unblock`);
    const [said, tapped, blocked, unblocked] = await poll();
    expect(said?.message).to.deep.include({
      text: '/start abc',
      entities: [{ type: 'bot_command', offset: 0, length: 6 }],
    });
    expect(tapped?.callback_query).to.deep.include({ data: 'a:1:0' });
    expect(tapped?.callback_query?.message).to.include({ message_id: messageId, text: 'Question' });
    expect(blocked?.my_chat_member?.old_chat_member.status).to.equal('member');
    expect(blocked?.my_chat_member?.new_chat_member.status).to.equal('kicked');
    expect(unblocked?.my_chat_member?.new_chat_member.status).to.equal('member');
  });

  it('carries a tap on a message that is gone as inaccessible', async () => {
    const update = await sandbox.tap(chat, 77, 'a');
    expect(update.callback_query?.message).to.include({ message_id: 77, date: 0 });
  });

  it('leaves out types that the bot does not allow', async () => {
    await poll({ allowed_updates: ['callback_query'] });
    await sandbox.say(chat, 'unwanted');
    await sandbox.tap(chat, 1, 'wanted');
    expect((await poll()).map((update) => update.callback_query?.data)).to.deep.equal(['wanted']);
    expect((await sandbox.call('getWebhookInfo')).result).to.deep.include({
      allowed_updates: ['callback_query'],
    });
    await poll({ allowed_updates: '[]' });
    await sandbox.say(chat, 'wanted again');
    expect(await poll()).to.have.length(2);
  });

  it('conflicts with a webhook and with another poll', async () => {
    const polls = await Promise.all([1, 1].map((timeout) => sandbox.call('getUpdates', { timeout })));
    expect(polls.map(({ status }) => status)).to.have.members([200, 409]);
    expect(polls.find(({ ok }) => !ok)?.description).to.equal(
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    );
    const interrupted = sandbox.call('getUpdates', { timeout: 20 });
    await sandbox.call('setWebhook', { url: 'http://127.0.0.1:9/' });
    expect(await interrupted).to.include({ status: 409 });
    expect(await sandbox.call('getUpdates')).to.include({
      status: 409,
      description:
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    });
    await sandbox.call('deleteWebhook');
    expect(await sandbox.call('getUpdates')).to.include({ status: 200 });
  });

  it('drops pending updates when the webhook is deleted with that wish', async () => {
    await sandbox.say(chat, 'x');
    expect((await sandbox.call('getWebhookInfo')).result).to.include({ url: '', pending_update_count: 1 });
    await sandbox.call('deleteWebhook', { drop_pending_updates: true });
    expect(await poll()).to.deep.equal([]);
  });
});
