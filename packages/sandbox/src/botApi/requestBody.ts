import type { IncomingMessage } from 'node:http';
import { BotApiError, badRequest } from './botApiError.ts';
import { isObject } from './jsonFields.ts';
import { readMultipart } from './multipart.ts';
import { Params } from './params.ts';

const BODY_BYTES = 50 * 1024 * 1024;

/** Reads a call's parameters from its query string and its body: JSON, urlencoded or multipart. */
export async function readParams(request: IncomingMessage, query: string): Promise<Params> {
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  const { values, files } = parseBody(body, type);
  if (query === '') return new Params(values, files);
  return new Params(new Map([...values, ...new URLSearchParams(query)]), files);
}

function parseBody(body: Buffer, type: string): Pick<Params, 'values' | 'files'> {
  const mediaType = type.split(';', 1)[0]?.trim().toLowerCase();
  if (body.length === 0) return { values: new Map(), files: new Map() };
  switch (mediaType) {
    case 'application/json':
      return { values: parseJson(body.toString()), files: new Map() };
    case 'application/x-www-form-urlencoded':
      return { values: new Map(new URLSearchParams(body.toString())), files: new Map() };
    case 'multipart/form-data':
      return readMultipart(body, type);
    default:
      return { values: new Map(), files: new Map() };
  }
}

function parseJson(text: string): Map<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('JSON object expected');
  }
  if (!isObject(value)) throw badRequest('JSON object expected');
  return new Map(Object.entries(value));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES) throw new BotApiError(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
