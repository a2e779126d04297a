import type { ScopeKey } from '../state/commandMenu.ts';
import type { BotCommand } from '../state/model.ts';
import { badRequest } from './botApiError.ts';
import { FieldError, isObject, requiredInteger, requiredString } from './jsonFields.ts';
import type { Params } from './params.ts';

/** Limits of https://core.telegram.org/bots/api#botcommand. */
const COMMANDS_AT_MOST = 100;
const COMMAND_LENGTH = 32;
const DESCRIPTION_LENGTH = 256;

const GENERAL_SCOPES: ReadonlySet<string> = new Set([
  'default',
  'all_private_chats',
  'all_group_chats',
  'all_chat_administrators',
]);
const CHAT_SCOPES: ReadonlySet<string> = new Set(['chat', 'chat_administrators', 'chat_member']);

/** Reads `commands`; a missing list is an empty one. */
export function readCommands(params: Params): BotCommand[] {
  const list = params.json('commands', "Can't parse commands JSON object") ?? [];
  if (!Array.isArray(list)) throw badRequest('Expected an Array of BotCommand');
  const commands = list.map(readCommand);
  if (commands.length > COMMANDS_AT_MOST) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  return commands.map(checkedCommand);
}

/** Reads `scope` as a key of the command menu. */
export function readScope(params: Params): ScopeKey {
  const scope = params.json('scope', "Can't parse BotCommandScope JSON object");
  if (scope === undefined) return 'default';
  try {
    if (!isObject(scope)) throw new FieldError('BotCommandScope must be an Object');
    const type = requiredString(scope, 'type');
    if (GENERAL_SCOPES.has(type)) return type;
    if (!CHAT_SCOPES.has(type)) throw new FieldError('Unsupported type specified');
    const chatId = requiredString(scope, 'chat_id');
    if (chatId === '') throw new FieldError('Empty chat_id specified');
    if (type !== 'chat_member') return `${type}:${chatId}`;
    return `${type}:${chatId}:${requiredInteger(scope, 'user_id')}`;
  } catch (error) {
    if (error instanceof FieldError) throw badRequest(`Can't parse BotCommandScope: ${error.message}`);
    throw error;
  }
}

function readCommand(value: unknown): BotCommand {
  try {
    if (!isObject(value)) throw new FieldError('expected an Object');
    return { command: requiredString(value, 'command'), description: requiredString(value, 'description') };
  } catch (error) {
    if (error instanceof FieldError) throw badRequest(`Can't parse BotCommand: ${error.message}`);
    throw error;
  }
}

function checkedCommand({ command: given, description }: BotCommand): BotCommand {
  const command = given.startsWith('/') ? given.slice(1) : given;
  if (command === '') throw badRequest('Command must be non-empty');
  if (command.length > COMMAND_LENGTH) throw badRequest(`Command length must not exceed ${COMMAND_LENGTH}`);
  if (description.trim() === '') throw badRequest('Command description must be non-empty');
  if (description.length > DESCRIPTION_LENGTH)
    throw badRequest(`Command description length must not exceed ${DESCRIPTION_LENGTH}`);
  if (!/^[a-z0-9_]+$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
  return { command, description };
}
