import { ENTITY_TYPES, type EntityType, type FormattedText, type TextEntity } from '../text/entities.ts';
import { formatText } from '../text/formatText.ts';
import { HtmlError } from '../text/htmlTag.ts';
import { checkedUrl, parseHtml } from '../text/parseHtml.ts';
import { badRequest } from './botApiError.ts';
import { FieldError, isObject, optionalString, requiredInteger, requiredString } from './jsonFields.ts';
import type { Params } from './params.ts';

/** Limits after entities are parsed, in UTF-16 code units (https://core.telegram.org/bots/api#sendmessage). */
const TEXT_LENGTH = 4096;
const CAPTION_LENGTH = 1024;
/** Limit before parsing, in bytes. */
const RAW_BYTES = 32_768;

/**
 * Reads `text` with `parse_mode` or `entities`.
 *
 * @throws {BotApiError} when it is missing, empty, too long or not well-formed HTML.
 */
export function readText(params: Params): FormattedText {
  const raw = params.string('text');
  if (raw === '') throw badRequest('Message text is empty');
  const formatted = readFormatted(params, raw, 'entities');
  if (formatted.text === '') throw badRequest('Text must be non-empty');
  if (formatted.text.length > TEXT_LENGTH) throw badRequest('Message is too long');
  return formatted;
}

/** Reads `caption` with `parse_mode` or `caption_entities`; it may be empty. */
export function readCaption(params: Params): FormattedText {
  const formatted = readFormatted(params, params.string('caption'), 'caption_entities');
  if (formatted.text.length > CAPTION_LENGTH) throw badRequest('Message caption is too long');
  return formatted;
}

function readFormatted(params: Params, raw: string, entitiesName: string): FormattedText {
  if (Buffer.byteLength(raw) > RAW_BYTES) throw badRequest('Text is too long');
  const parseMode = params.string('parse_mode').toLowerCase();
  if (raw === '' || parseMode === '' || parseMode === 'none')
    return formatText({ text: raw, entities: readEntities(params, entitiesName, raw.length) });
  if (parseMode !== 'html') throw badRequest('Unsupported parse_mode');
  try {
    return formatText(parseHtml(raw));
  } catch (error) {
    if (error instanceof HtmlError) throw badRequest(`Can't parse entities: ${error.message}`);
    throw error;
  }
}

/** A list that is no JSON array counts as none; a broken entity in it is an error, as on Telegram. */
function readEntities(params: Params, name: string, textLength: number): TextEntity[] {
  const value = params.values.get(name);
  if (value === undefined || value === '') return [];
  const list = typeof value === 'string' ? parseOrUndefined(value) : value;
  return Array.isArray(list) ? list.flatMap((entity) => readEntity(entity, textLength)) : [];
}

function parseOrUndefined(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function readEntity(value: unknown, textLength: number): TextEntity[] {
  try {
    if (!isObject(value)) throw new FieldError('expected an Object');
    const offset = requiredInteger(value, 'offset');
    const length = requiredInteger(value, 'length');
    const type = requiredString(value, 'type');
    if (!isEntityType(type) || offset < 0 || length <= 0 || offset + length > textLength) return [];
    const url = type === 'text_link' ? checkedUrl(requiredString(value, 'url')) : undefined;
    if (type === 'text_link' && url === undefined) return [];
    const language = type === 'pre' ? optionalString(value, 'language') : '';
    return [{ type, offset, length, ...(url ? { url } : {}), ...(language ? { language } : {}) }];
  } catch (error) {
    if (error instanceof FieldError) throw badRequest(`Can't parse MessageEntity: ${error.message}`);
    throw error;
  }
}

function isEntityType(type: string): type is EntityType {
  return ENTITY_TYPES.some((known) => known === type);
}
