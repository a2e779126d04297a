import type { Button, Keyboard } from '../state/model.ts';
import { badRequest } from './botApiError.ts';
import { FieldError, isObject, optionalString, requiredString } from './jsonFields.ts';
import type { Params } from './params.ts';

const CALLBACK_DATA_BYTES = 64;
const BUTTONS_AT_MOST = 100;
const URL_PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:', 'tg:', 'ton:', 'mailto:']);

/**
 * Reads `reply_markup`. Only inline keyboards are kept: reply keyboards, their removal and forced replies are
 * accepted and have no effect.
 *
 * @returns the inline keyboard, null when there is none.
 * @throws {BotApiError} as Telegram refuses it.
 */
export function readReplyMarkup(params: Params): Keyboard | null {
  const markup = params.json('reply_markup', "Can't parse reply keyboard markup JSON object");
  if (markup === undefined) return null;
  if (!isObject(markup)) throw badRequest('Object expected as reply markup');
  const rows = markup.inline_keyboard;
  if (rows === undefined || rows === null) return null;
  if (!Array.isArray(rows)) throw badRequest('Field "inline_keyboard" must be of type Array');

  const keyboard = rows.map(readRow).filter((row) => row.length > 0);
  const buttons = keyboard.flat();
  if (buttons.length > BUTTONS_AT_MOST) throw badRequest('Reply markup is too long');
  buttons.forEach(checkButton);
  return buttons.length > 0 ? keyboard : null;
}

function readRow(row: unknown): Button[] {
  if (!Array.isArray(row))
    throw badRequest('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
  return row.map(readButton);
}

function readButton(button: unknown): Button {
  try {
    if (!isObject(button)) throw new FieldError('InlineKeyboardButton must be an Object');
    const text = requiredString(button, 'text');
    const url = optionalString(button, 'url');
    if (url !== '') return { text, url };
    const data = optionalString(button, 'callback_data');
    if (data !== '') return { text, data };
    throw new FieldError('Text buttons are unallowed in the inline keyboard');
  } catch (error) {
    if (error instanceof FieldError) throw badRequest(`Can't parse inline keyboard button: ${error.message}`);
    throw error;
  }
}

function checkButton({ text, data, url }: Button): void {
  if (text.trim() === '') throw badRequest('Inline keyboard button text must be non-empty');
  if (data !== undefined && Buffer.byteLength(data) > CALLBACK_DATA_BYTES)
    throw badRequest('BUTTON_DATA_INVALID');
  if (url === undefined) return;
  if (!URL.canParse(url)) throw badRequest(`Inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
  if (!URL_PROTOCOLS.has(new URL(url).protocol))
    throw badRequest(`Inline keyboard button URL '${url}' is invalid: Unsupported URL protocol`);
}
