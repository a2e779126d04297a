import { expect } from 'chai';
import { Harness, pngHeader, TOKEN } from './fixture.ts';

describe('The sandbox refuses, given what went before', () => {
  let now = Date.now();
  let sandbox: Harness;
  let chat: number;

  before(async () => {
    sandbox = await Harness.start({ clock: () => now });
    chat = await sandbox.learner();
  });
  after(() => sandbox.close());

  async function expectRefusal(
    method: string,
    params: object,
    code: number,
    description: string,
  ): Promise<void> {
    const answer = await sandbox.call(method, params);
    expect(answer).to.deep.equal({ status: code, ok: false, error_code: code, description });
  }

  it('an edit that changes nothing', async () => {
    const keyboard = { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] };
    const message_id = await sandbox.send(chat, '<b>x</b>', { parse_mode: 'HTML', reply_markup: keyboard });
    const problem =
      'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a ' +
      'current content and reply markup of the message';
    const same = {
      chat_id: chat,
      message_id,
      text: '<strong>x</strong>',
      parse_mode: 'HTML',
      reply_markup: keyboard,
    };
    await expectRefusal('editMessageText', same, 400, problem);
    await expectRefusal(
      'editMessageReplyMarkup',
      { chat_id: chat, message_id, reply_markup: keyboard },
      400,
      problem,
    );
    expect(await sandbox.call('editMessageText', { ...same, text: 'x' })).to.include({ ok: true });
  });

  it("an edit of the learner's own message", async () => {
    const update = await sandbox.say(chat, 'hello');
    const edit = { chat_id: chat, message_id: update.message?.message_id, text: 'x' };
    await expectRefusal('editMessageText', edit, 400, "Bad Request: message can't be edited");
  });

  it('a text edit of a photo and a caption edit of a text', async () => {
    const form = new FormData();
    form.set('chat_id', String(chat));
    form.set('photo', new Blob([new Uint8Array(pngHeader(10, 10))]), 'x.png');
    const photo = await sandbox.call('sendPhoto', {}, { headers: {}, body: form });
    const { message_id } = photo.result as { message_id: number };
    const edit = { chat_id: chat, message_id, text: 'x' };
    await expectRefusal('editMessageText', edit, 400, 'Bad Request: there is no text in the message to edit');
    const text = await sandbox.send(chat, 'x');
    const caption = { chat_id: chat, message_id: text, caption: 'y' };
    await expectRefusal(
      'editMessageCaption',
      caption,
      400,
      'Bad Request: there is no caption in the message to edit',
    );
  });

  for (const [name, content, problem] of [
    ['that is no picture', Buffer.from('not a picture, but long enough to be read'), 'IMAGE_PROCESS_FAILED'],
    ['that is too wide', pngHeader(9_000, 2_000), 'PHOTO_INVALID_DIMENSIONS'],
    ['that is too narrow', pngHeader(2_100, 100), 'PHOTO_INVALID_DIMENSIONS'],
    ['that is empty', Buffer.alloc(0), 'file must be non-empty'],
  ] as const)
    it(`a photo ${name}`, async () => {
      const form = new FormData();
      form.set('chat_id', String(chat));
      form.set('photo', new Blob([new Uint8Array(content)]), 'x.png');
      const answer = await sandbox.call('sendPhoto', {}, { headers: {}, body: form });
      expect(answer).to.include({ status: 400, description: `Bad Request: ${problem}` });
    });

  it('a callback that is answered twice or after 150 seconds', async () => {
    const tooOld = 'Bad Request: query is too old and response timeout expired or query ID is invalid';
    const first = (await sandbox.tap(chat, 1, 'a')).callback_query?.id;
    expect(await sandbox.call('answerCallbackQuery', { callback_query_id: first })).to.include({ ok: true });
    await expectRefusal('answerCallbackQuery', { callback_query_id: first }, 400, tooOld);

    const second = (await sandbox.tap(chat, 1, 'a')).callback_query?.id;
    const third = (await sandbox.tap(chat, 1, 'a')).callback_query?.id;
    now += 149_000;
    expect(await sandbox.call('answerCallbackQuery', { callback_query_id: second })).to.include({ ok: true });
    now += 1_000;
    await expectRefusal('answerCallbackQuery', { callback_query_id: third }, 400, tooOld);
  });

  it('everything that is sent to a learner who has blocked the bot', async () => {
    const blocked = await sandbox.learner('Bob');
    const message_id = await sandbox.send(blocked, 'x');
    await sandbox.http('POST', `/api/chats/${blocked}/block`);
    const problem = 'Forbidden: bot was blocked by the user';
    await expectRefusal('sendMessage', { chat_id: blocked, text: 'x' }, 403, problem);
    await expectRefusal('editMessageText', { chat_id: blocked, message_id, text: 'y' }, 403, problem);
    await expectRefusal('sendChatAction', { chat_id: blocked, action: 'typing' }, 403, problem);
    await sandbox.http('POST', `/api/chats/${blocked}/unblock`);
    expect(await sandbox.call('sendMessage', { chat_id: blocked, text: 'x' })).to.include({ ok: true });
  });

  it('an unknown method and a missing one', async () => {
    await expectRefusal('sendEverything', {}, 404, 'Not Found: method not found');
    await expectRefusal('', {}, 404, 'Not Found');
  });

  it('a wrong token', async () => {
    const response = await fetch(`${sandbox.url}/bot${TOKEN}x/getMe`);
    expect(response.status).to.equal(401);
    expect(await response.json()).to.deep.equal({ ok: false, error_code: 401, description: 'Unauthorized' });
  });

  it('a body that is no JSON object', async () => {
    for (const body of ['[1]', '{"chat_id":', 'x'])
      expect(await sandbox.call('getMe', {}, { body })).to.include({
        status: 400,
        description: 'Bad Request: JSON object expected',
      });
  });
});
