import { expect } from 'chai';
import { Harness, pngHeader, TOKEN } from './fixture.ts';

describe('Bot API methods', () => {
  const now = 1_790_000_000_500;
  let sandbox: Harness;
  let chat: number;

  beforeEach(async () => {
    sandbox = await Harness.start({ clock: () => now });
    chat = await sandbox.learner('Ada');
  });
  afterEach(() => sandbox.close());

  it('getMe tells who the bot is', async () => {
    expect((await sandbox.call('getMe')).result).to.include({ id: 123456, is_bot: true, first_name: 'Rung' });
  });

  it('sendMessage answers with the message as Telegram shows it', async () => {
    const keyboard = {
      inline_keyboard: [
        [{ text: 'A', callback_data: 'a:1:0' }],
        [{ text: 'Docs', url: 'https://example.org/' }],
      ],
    };
    const { result } = await sandbox.call('sendMessage', {
      chat_id: chat,
      text: '<b>Hi</b>',
      parse_mode: 'HTML',
      reply_markup: keyboard,
    });
    expect(result).to.deep.equal({
      message_id: 1,
      from: { id: 123456, is_bot: true, first_name: 'Rung', username: 'rung_sandbox_bot' },
      chat: { id: chat, first_name: 'Ada', type: 'private' },
      date: 1_790_000_000,
      text: 'Hi',
      entities: [{ type: 'bold', offset: 0, length: 2 }],
      reply_markup: keyboard,
    });
  });

  it('takes GET with a query, urlencoded and multipart bodies, and JSON in strings', async () => {
    const keyboard = JSON.stringify({ inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] });
    const fields = { chat_id: String(chat), text: 'A & B ü', reply_markup: keyboard };
    await fetch(`${sandbox.url}/bot${TOKEN}/sendMessage?${new URLSearchParams(fields)}`);
    await sandbox.call('SENDMESSAGE', {}, { headers: {}, body: new URLSearchParams(fields) });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    await sandbox.call('sendmessage', {}, { headers: {}, body: form });
    await sandbox.call('sendMessage', { ...fields, chat_id: chat, reply_markup: JSON.parse(keyboard) });

    const { messages } = await sandbox.chat(chat);
    expect(messages).to.have.length(4);
    for (const message of messages)
      expect(message).to.deep.include({ text: 'A & B ü', keyboard: [[{ text: 'A', data: 'a' }]] });
  });

  it('editMessageText replaces text and keyboard in place, and says so', async () => {
    const reply_markup = { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] };
    const message_id = await sandbox.send(chat, 'before', { reply_markup });
    const { result } = await sandbox.call('editMessageText', { chat_id: chat, message_id, text: 'after' });
    expect(result)
      .to.include({ message_id, text: 'after', edit_date: 1_790_000_000 })
      .and.not.have.property('reply_markup');
    expect((await sandbox.chat(chat)).messages).to.deep.equal([
      {
        message_id,
        from: 'bot',
        date: 1_790_000_000,
        editedAt: 1_790_000_000,
        text: 'after',
        entities: [],
        html: 'after',
        keyboard: null,
      },
    ]);
  });

  it('editMessageReplyMarkup takes the keyboard away and leaves the text', async () => {
    const reply_markup = { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] };
    const message_id = await sandbox.send(chat, 'x', { reply_markup });
    expect(await sandbox.call('editMessageReplyMarkup', { chat_id: chat, message_id })).to.include({
      ok: true,
    });
    expect((await sandbox.chat(chat)).messages[0]).to.include({ text: 'x', keyboard: null });
  });

  it('sendPhoto stores the picture, shows it and finds it again by its id', async () => {
    const form = new FormData();
    form.set('chat_id', String(chat));
    form.set('caption', '<i>Stats</i>');
    form.set('parse_mode', 'HTML');
    const picture = pngHeader(800, 400);
    form.set('photo', new Blob([new Uint8Array(picture)]), 'stats.png');
    const { result } = await sandbox.call('sendPhoto', {}, { headers: {}, body: form });
    expect(result).to.deep.include({
      caption: 'Stats',
      caption_entities: [{ type: 'italic', offset: 0, length: 5 }],
    });
    const sent = result as {
      message_id: number;
      photo: { file_id: string; width: number; height: number }[];
    };
    expect(sent.photo[0]).to.include({ width: 800, height: 400, file_size: picture.length });

    const { photo } = (await sandbox.chat(chat)).messages[0] ?? {};
    const stored = await fetch(sandbox.url + photo?.url);
    expect(stored.headers.get('content-type')).to.equal('image/png');
    expect(Buffer.from(await stored.arrayBuffer()).equals(picture)).to.equal(true);

    const again = await sandbox.call('sendPhoto', { chat_id: chat, photo: sent.photo[0]?.file_id });
    expect(again.result).to.deep.include({ photo: sent.photo });
    const edit = await sandbox.call('editMessageCaption', {
      chat_id: chat,
      message_id: sent.message_id,
      caption: 'New',
    });
    expect(edit.result).to.include({ caption: 'New' }).and.have.property('photo');
  });

  it('deleteMessage removes a message, and its id never comes again', async () => {
    const message_id = await sandbox.send(chat, 'x');
    expect((await sandbox.call('deleteMessage', { chat_id: chat, message_id })).result).to.equal(true);
    expect((await sandbox.chat(chat)).messages).to.deep.equal([]);
    expect(await sandbox.send(chat, 'y')).to.equal(message_id + 1);
  });

  it('message ids count per chat from 1, over both directions', async () => {
    const other = await sandbox.learner('Bob');
    await sandbox.say(chat, 'hello');
    expect([await sandbox.send(chat, 'x'), await sandbox.send(other, 'x')]).to.deep.equal([2, 1]);
  });

  it('answerCallbackQuery shows the notice and ends the waiting', async () => {
    const messageId = await sandbox.send(chat, 'x', {
      reply_markup: { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] },
    });
    const { callback_query: query } = await sandbox.tap(chat, messageId, 'a');
    expect((await sandbox.chat(chat)).awaitingCallback).to.deep.equal({ messageId, data: 'a' });
    await sandbox.call('answerCallbackQuery', {
      callback_query_id: query?.id,
      text: 'Right!',
      show_alert: true,
    });
    const { awaitingCallback, notices } = await sandbox.chat(chat);
    expect(awaitingCallback).to.equal(null);
    expect(notices).to.deep.equal([{ text: 'Right!', showAlert: true, at: now }]);
  });

  it('keeps command lists by scope and language; the learner sees the narrowest', async () => {
    const list = (command: string) => [{ command, description: 'x' }];
    await sandbox.call('setMyCommands', { commands: list('general') });
    await sandbox.call('setMyCommands', { commands: list('spanish'), language_code: 'es' });
    await sandbox.call('setMyCommands', { commands: list('mine'), scope: { type: 'chat', chat_id: chat } });
    expect((await sandbox.call('getMyCommands')).result).to.deep.equal(list('general'));
    expect((await sandbox.call('getMyCommands', { language_code: 'es' })).result).to.deep.equal(
      list('spanish'),
    );
    expect((await sandbox.call('getMyCommands', { language_code: 'de' })).result).to.deep.equal([]);
    expect(await sandbox.chat(chat)).to.deep.include({ commands: list('mine') });

    await sandbox.call('deleteMyCommands', { scope: { type: 'chat', chat_id: chat } });
    expect(await sandbox.chat(chat)).to.deep.include({ commands: list('general') });
  });

  it('getChat and sendChatAction know the learner', async () => {
    expect((await sandbox.call('getChat', { chat_id: chat })).result).to.include({
      id: chat,
      type: 'private',
      first_name: 'Ada',
    });
    expect((await sandbox.call('sendChatAction', { chat_id: chat, action: 'typing' })).result).to.equal(true);
  });

  it('keeps the last 200 messages of a chat', async () => {
    for (let n = 1; n <= 205; n++) await sandbox.send(chat, `message ${n}`);
    const { messages } = await sandbox.chat(chat);
    expect(messages.map(({ message_id }) => message_id)).to.deep.equal(
      Array.from({ length: 200 }, (_, n) => n + 6),
    );
  });

  it('counts and lists the calls that it gets', async () => {
    await sandbox.send(chat, 'x');
    await sandbox.call('sendMessage', { chat_id: 1, text: 'y' });
    await sandbox.call('getMe');
    const { body: counts } = await sandbox.http('GET', '/api/calls/count');
    expect(counts).to.deep.equal({ total: 3, ok: 2, failed: 1, byMethod: { sendMessage: 2, getMe: 1 } });
    const { body: sent } = await sandbox.http<{ next: number; calls: object[] }>(
      'GET',
      '/api/calls?method=sendmessage',
    );
    expect(sent).to.deep.equal({
      next: 3,
      calls: [
        {
          n: 0,
          at: now,
          method: 'sendMessage',
          chatId: chat,
          ok: true,
          params: { chat_id: chat, text: 'x' },
        },
        {
          n: 1,
          at: now,
          method: 'sendMessage',
          chatId: 1,
          ok: false,
          errorCode: 400,
          params: { chat_id: 1, text: 'y' },
        },
      ],
    });
    expect((await sandbox.http<{ calls: object[] }>('GET', '/api/calls?since=2')).body.calls).to.have.length(
      1,
    );
    expect((await sandbox.http<{ next: number }>('GET', '/api/calls?limit=1')).body.next).to.equal(1);
  });
});
