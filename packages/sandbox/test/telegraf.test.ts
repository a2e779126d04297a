import { expect } from 'chai';
import { Input, Telegram, TelegramError } from 'telegraf';
import { Harness, pngHeader, TOKEN } from './fixture.ts';

describe("Telegraf's client", () => {
  let sandbox: Harness;
  let telegram: Telegram;
  let chat: number;

  beforeEach(async () => {
    sandbox = await Harness.start();
    telegram = new Telegram(TOKEN, { apiRoot: sandbox.url, webhookReply: false });
    chat = await sandbox.learner();
  });
  afterEach(() => sandbox.close());

  it('sends, edits, answers and deletes', async () => {
    const keyboard = { inline_keyboard: [[{ text: 'A', callback_data: 'a:1:0' }]] };
    const sent = await telegram.sendMessage(chat, '<b>Q</b>', { parse_mode: 'HTML', reply_markup: keyboard });
    expect(sent).to.deep.include({ message_id: 1, text: 'Q', reply_markup: keyboard });
    await sandbox.tap(chat, sent.message_id, 'a:1:0');
    const [update] = await telegram.getUpdates(1, 10, 0, ['message', 'callback_query']);
    if (!update || !('callback_query' in update)) throw new Error('No tap came');
    expect(await telegram.answerCbQuery(update.callback_query.id, 'Right!')).to.equal(true);
    const edited = await telegram.editMessageText(chat, sent.message_id, undefined, '<i>done</i>', {
      parse_mode: 'HTML',
    });
    expect(edited).to.deep.include({ text: 'done', entities: [{ type: 'italic', offset: 0, length: 4 }] });
    expect(await telegram.deleteMessage(chat, sent.message_id)).to.equal(true);
  });

  it('uploads a photo and edits its caption and keyboard', async () => {
    const keyboard = { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] };
    const sent = await telegram.sendPhoto(chat, Input.fromBuffer(pngHeader(640, 320), 'stats.png'), {
      caption: '<b>Stats</b>',
      parse_mode: 'HTML',
      reply_markup: keyboard,
    });
    expect(sent).to.deep.include({ caption: 'Stats', reply_markup: keyboard });
    await telegram.editMessageReplyMarkup(chat, sent.message_id, undefined, undefined);
    await telegram.editMessageCaption(chat, sent.message_id, undefined, 'New');
    expect((await sandbox.chat(chat)).messages[0]).to.deep.include({ text: 'New', keyboard: null });
  });

  it('manages webhook and commands', async () => {
    await telegram.setWebhook('http://127.0.0.1:9/hook', { secret_token: 'secret', max_connections: 10 });
    expect(await telegram.getWebhookInfo()).to.include({
      url: 'http://127.0.0.1:9/hook',
      max_connections: 10,
    });
    await telegram.deleteWebhook();
    await telegram.setMyCommands([{ command: 'start', description: 'Begin' }]);
    expect(await telegram.getMyCommands()).to.deep.equal([{ command: 'start', description: 'Begin' }]);
    expect((await telegram.getMe()).is_bot).to.equal(true);
    expect(await telegram.sendChatAction(chat, 'typing')).to.equal(true);
    expect((await telegram.getChat(chat)).type).to.equal('private');
  });

  it('understands the errors', async () => {
    await sandbox.http('POST', '/control', {
      faults: [{ kind: 'tooManyRequests', retryAfter: 3, count: 1 }],
    });
    const tooMany = await telegram.sendMessage(chat, 'x').catch((error: unknown) => error);
    expect(tooMany)
      .to.be.instanceOf(TelegramError)
      .and.to.deep.include({ code: 429, parameters: { retry_after: 3 } });
    await sandbox.http('POST', '/control', { faults: [{ kind: 'serverError', status: 502 }] });
    const badGateway = await telegram.sendMessage(chat, 'x').catch((error: unknown) => error);
    expect(badGateway).to.include({ code: 502, description: 'Bad Gateway' });
  });
});
