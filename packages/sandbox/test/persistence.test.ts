import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Harness, pngHeader, type Update } from './fixture.ts';

describe('The data file', () => {
  let folder: string;
  let dataFile: string;
  let sandbox: Harness;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rung-sandbox-'));
    dataFile = join(folder, 'deep', 'sandbox.jsonl');
    sandbox = await Harness.start({ dataFile });
  });
  afterEach(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  async function restart(): Promise<void> {
    await sandbox.close();
    sandbox = await Harness.start({ dataFile });
  }

  it('brings back learners, messages, edits, deletions, pictures and commands', async () => {
    const chat = await sandbox.learner('Ada');
    await sandbox.say(chat, '/start');
    const id = await sandbox.send(chat, '<b>Hi</b>', {
      parse_mode: 'HTML',
      reply_markup: { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] },
    });
    await sandbox.call('editMessageText', { chat_id: chat, message_id: id, text: 'Edited' });
    await sandbox.call('deleteMessage', { chat_id: chat, message_id: await sandbox.send(chat, 'gone') });
    const form = new FormData();
    form.set('chat_id', String(chat));
    form.set('photo', new Blob([new Uint8Array(pngHeader(20, 10))]), 'x.png');
    await sandbox.call('sendPhoto', {}, { headers: {}, body: form });
    await sandbox.call('setMyCommands', { commands: [{ command: 'start', description: 'Begin' }] });
    await sandbox.http('POST', `/api/chats/${chat}/block`);
    const before = await sandbox.chat(chat);

    await restart();
    expect(await sandbox.chat(chat)).to.deep.equal(before);
    expect((await fetch(sandbox.url + before.messages.at(-1)?.photo?.url)).status).to.equal(200);
    await restart();
    expect(await sandbox.chat(chat)).to.deep.equal(before);
  });

  it('never gives an id twice, even of what was deleted, only made or already delivered', async () => {
    const chat = await sandbox.learner('Ada');
    const messageId = await sandbox.send(chat, 'x');
    await sandbox.call('deleteMessage', { chat_id: chat, message_id: messageId });
    const said = await sandbox.say(chat, 'hello');
    await sandbox.call('getUpdates', { offset: said.update_id + 1 });
    const made = { updates: [{ chatId: chat, messageId: 1, data: 'a' }], deliver: false };
    const { body } = await sandbox.http<{ updates: Update[] }>('POST', '/api/updates', made);

    for (let round = 1; round <= 2; round++) {
      await restart();
      expect(await sandbox.learner('Bob')).to.equal(chat + round);
      expect(await sandbox.send(chat, 'y')).to.equal(messageId + 1 + round);
    }
    expect((await sandbox.tap(chat, 1, 'a')).update_id).to.equal((body.updates[0]?.update_id ?? 0) + 1);
  });

  it('delivers after a restart what was not delivered before, and nothing else', async () => {
    const chat = await sandbox.learner('Ada');
    const first = await sandbox.say(chat, 'one');
    await sandbox.say(chat, 'two');
    await sandbox.call('getUpdates', { offset: first.update_id + 1 });
    await restart();
    const updates = (await sandbox.call('getUpdates')).result as Update[];
    expect(updates.map(({ message }) => message?.text)).to.deep.equal(['two']);
  });

  it('has every id on disk before it is given out, so that a kill loses none', async () => {
    const chat = await sandbox.learner('Ada');
    const update = await sandbox.say(chat, 'hello');
    const killed = join(folder, 'killed.jsonl');
    writeFileSync(killed, readFileSync(dataFile));
    appendFileSync(killed, '{"kind":"message","chatId":50');
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const revived = await Harness.start({ dataFile: killed });
    expect(await warned)
      .to.have.property('message')
      .that.includes('cut short');
    expect((await revived.say(chat, 'again')).update_id).to.equal(update.update_id + 1);
    await revived.close();
  });

  it('refuses to start from a file that it cannot read', async () => {
    const broken = join(folder, 'broken.jsonl');
    writeFileSync(broken, '{"kind":"unheard of"}\n');
    const failure = await Harness.start({ dataFile: broken }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
  });
});
