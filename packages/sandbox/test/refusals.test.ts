import { expect } from 'chai';
import { Harness } from './fixture.ts';

describe('The sandbox refuses what Telegram refuses', () => {
  let sandbox: Harness;
  let chat: number;

  before(async () => {
    sandbox = await Harness.start();
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

  const badRequests: [name: string, method: string, params: () => object, problem: string][] = [
    ['no chat', 'sendMessage', () => ({ text: 'x' }), 'chat_id is empty'],
    ['an unknown chat', 'sendMessage', () => ({ chat_id: 42, text: 'x' }), 'chat not found'],
    ['a chat that is no number', 'sendMessage', () => ({ chat_id: 'Ada', text: 'x' }), 'chat not found'],
    ['no text', 'sendMessage', () => ({ chat_id: chat }), 'message text is empty'],
    ['white space alone', 'sendMessage', () => ({ chat_id: chat, text: ' \n ' }), 'text must be non-empty'],
    [
      'tags without text',
      'sendMessage',
      () => ({ chat_id: chat, text: '<b></b>', parse_mode: 'HTML' }),
      'text must be non-empty',
    ],
    ['4,097 units', 'sendMessage', () => ({ chat_id: chat, text: 'x'.repeat(4_097) }), 'message is too long'],
    [
      'more than 32 KiB',
      'sendMessage',
      () => ({ chat_id: chat, text: 'x'.repeat(32_769) }),
      'text is too long',
    ],
    [
      'an unbalanced tag',
      'sendMessage',
      () => ({ chat_id: chat, text: '<b>x', parse_mode: 'HTML' }),
      'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"',
    ],
    [
      'an unknown tag',
      'sendMessage',
      () => ({ chat_id: chat, text: 'é<br>', parse_mode: 'html' }),
      'can\'t parse entities: Unsupported start tag "br" at byte offset 2',
    ],
    [
      'an unknown parse mode',
      'sendMessage',
      () => ({ chat_id: chat, text: 'x', parse_mode: 'BBCode' }),
      'unsupported parse_mode',
    ],
    [
      'broken Unicode',
      'sendMessage',
      () => ({ chat_id: chat, text: 'x\ud800' }),
      'strings must be encoded in UTF-8',
    ],
    [
      'an entity without length',
      'sendMessage',
      () => ({ chat_id: chat, text: 'x', entities: [{ type: 'bold', offset: 0 }] }),
      'can\'t parse MessageEntity: Can\'t find field "length"',
    ],
    [
      'reply markup that is no JSON',
      'sendMessage',
      () => ({ chat_id: chat, text: 'x', reply_markup: '{' }),
      "can't parse reply keyboard markup JSON object",
    ],
    [
      'reply markup that is a list',
      'sendMessage',
      () => ({ chat_id: chat, text: 'x', reply_markup: [] }),
      'object expected as reply markup',
    ],
    [
      'keys without rows',
      'sendMessage',
      () => ({
        chat_id: chat,
        text: 'x',
        reply_markup: { inline_keyboard: [{ text: 'A', callback_data: 'a' }] },
      }),
      'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ],
    [
      'a key without text',
      'sendMessage',
      () => withKey({ callback_data: 'a' }),
      'can\'t parse inline keyboard button: Can\'t find field "text"',
    ],
    [
      'a key whose text is an object',
      'sendMessage',
      () => withKey({ text: {}, callback_data: 'a' }),
      'can\'t parse inline keyboard button: Field "text" must be of type String',
    ],
    [
      'a key that does nothing',
      'sendMessage',
      () => withKey({ text: 'A', callback_data: '' }),
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      'callback data of 65 bytes',
      'sendMessage',
      () => withKey({ text: 'A', callback_data: `${'é'.repeat(32)}x` }),
      'BUTTON_DATA_INVALID',
    ],
    [
      'a key with a wrong address',
      'sendMessage',
      () => withKey({ text: 'A', url: 'javascript:alert(1)' }),
      "inline keyboard button URL 'javascript:alert(1)' is invalid: Unsupported URL protocol",
    ],
    [
      'more than 100 keys',
      'sendMessage',
      () => ({
        chat_id: chat,
        text: 'x',
        reply_markup: {
          inline_keyboard: Array.from({ length: 101 }, () => [{ text: 'A', callback_data: 'a' }]),
        },
      }),
      'reply markup is too long',
    ],
    [
      'an edit of no message',
      'editMessageText',
      () => ({ text: 'x' }),
      'message identifier is not specified',
    ],
    [
      'an edit of a message that is not there',
      'editMessageText',
      () => ({ chat_id: chat, message_id: 999, text: 'x' }),
      'message to edit not found',
    ],
    [
      'an edit of a message id that is no number',
      'editMessageText',
      () => ({ chat_id: chat, message_id: 'x', text: 'y' }),
      'message to edit not found',
    ],
    [
      'an edit to nothing',
      'editMessageText',
      () => ({ chat_id: chat, message_id: 1 }),
      'message text is empty',
    ],
    [
      'deletion of a message that is not there',
      'deleteMessage',
      () => ({ chat_id: chat, message_id: 999 }),
      'message to delete not found',
    ],
    [
      'deletion without a message',
      'deleteMessage',
      () => ({ chat_id: chat }),
      'message identifier is not specified',
    ],
    [
      'deletion without a chat',
      'deleteMessage',
      () => ({ message_id: 1 }),
      'chat identifier is not specified',
    ],
    [
      'an unknown chat action',
      'sendChatAction',
      () => ({ chat_id: chat, action: 'dancing' }),
      'wrong parameter action in request',
    ],
    ['a photo that is missing', 'sendPhoto', () => ({ chat_id: chat }), 'there is no photo in the request'],
    [
      'a photo by an unknown id',
      'sendPhoto',
      () => ({ chat_id: chat, photo: 'AgACAgIAAx' }),
      "wrong remote file identifier specified: can't unserialize it",
    ],
    [
      'a caption of 1,025 units',
      'sendPhoto',
      () => ({ chat_id: chat, caption: 'x'.repeat(1_025) }),
      'message caption is too long',
    ],
    ['getChat of an unknown chat', 'getChat', () => ({ chat_id: 1 }), 'chat not found'],
    [
      'a notice of 201 units',
      'answerCallbackQuery',
      () => ({ callback_query_id: '1', text: 'x'.repeat(201) }),
      'MESSAGE_TOO_LONG',
    ],
    [
      'an unknown callback',
      'answerCallbackQuery',
      () => ({ callback_query_id: '1' }),
      'query is too old and response timeout expired or query ID is invalid',
    ],
    [
      'commands that are no list',
      'setMyCommands',
      () => ({ commands: {} }),
      'expected an Array of BotCommand',
    ],
    ['a command with a capital', 'setMyCommands', () => withCommand('Start', 'x'), 'BOT_COMMAND_INVALID'],
    ['a command without a name', 'setMyCommands', () => withCommand('', 'x'), 'command must be non-empty'],
    [
      'a command without description',
      'setMyCommands',
      () => withCommand('start', ''),
      'command description must be non-empty',
    ],
    [
      'a command of 33 characters',
      'setMyCommands',
      () => withCommand('x'.repeat(33), 'x'),
      'command length must not exceed 32',
    ],
    [
      'more than 100 commands',
      'setMyCommands',
      () => ({ commands: Array.from({ length: 101 }, (_, n) => ({ command: `c${n}`, description: 'x' })) }),
      'BOT_COMMANDS_TOO_MUCH',
    ],
    [
      'commands for an unknown scope',
      'setMyCommands',
      () => ({ commands: [], scope: { type: 'everywhere' } }),
      "can't parse BotCommandScope: Unsupported type specified",
    ],
    [
      'a webhook that is no address',
      'setWebhook',
      () => ({ url: 'nowhere' }),
      'invalid webhook URL specified',
    ],
    [
      'a secret with a space',
      'setWebhook',
      () => ({ url: 'https://example.org', secret_token: 'a b' }),
      'secret token contains unallowed characters',
    ],
    [
      'a secret of 257 characters',
      'setWebhook',
      () => ({ url: 'https://example.org', secret_token: 'a'.repeat(257) }),
      'secret token is too long',
    ],
  ];
  for (const [name, method, params, problem] of badRequests)
    it(`${method}: ${name}`, () => expectRefusal(method, params(), 400, `Bad Request: ${problem}`));

  const withKey = (key: object) => ({ chat_id: chat, text: 'x', reply_markup: { inline_keyboard: [[key]] } });
  const withCommand = (command: string, description: string) => ({ commands: [{ command, description }] });

  it('accepts what is just within the limits', async () => {
    const key = { text: 'A', callback_data: 'é'.repeat(32) };
    expect(await sandbox.call('sendMessage', { ...withKey(key), text: 'x'.repeat(4_096) })).to.include({
      ok: true,
    });
    const markup = `<b>${'&lt;'.repeat(4_096)}</b>`;
    expect(await sandbox.call('sendMessage', { chat_id: chat, text: markup, parse_mode: 'HTML' })).to.include(
      { ok: true },
    );
  });

  it('counts the length in UTF-16 units', () =>
    expectRefusal(
      'sendMessage',
      { chat_id: chat, text: '🔥'.repeat(2_049) },
      400,
      'Bad Request: message is too long',
    ));
});
