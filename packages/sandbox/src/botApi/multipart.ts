import { badRequest } from './botApiError.ts';
import type { Params, UploadedFile } from './params.ts';

const HEADERS_END = Buffer.from('\r\n\r\n');

/** Parses a multipart/form-data body (RFC 7578). A part with a file name is a file, any other a value. */
export function readMultipart(body: Buffer, contentType: string): Pick<Params, 'values' | 'files'> {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const delimiter = boundary?.[1] ?? boundary?.[2];
  if (delimiter === undefined) throw badRequest('boundary not found');

  const values = new Map<string, unknown>();
  const files = new Map<string, UploadedFile>();
  for (const part of splitParts(body, `--${delimiter}`)) {
    const headersEnd = part.indexOf(HEADERS_END);
    if (headersEnd < 0) throw badRequest('headers in multipart/form-data are empty');
    const headers = part.toString('utf8', 0, headersEnd);
    const content = part.subarray(headersEnd + HEADERS_END.length);
    const name = /[;\s]name="([^"]*)"/i.exec(headers)?.[1];
    const fileName = /[;\s]filename="([^"]*)"/i.exec(headers)?.[1];
    if (!name) throw badRequest('field name in multipart/form-data not found');
    if (fileName === undefined) values.set(name, content.toString());
    else files.set(name, { fileName, content });
  }
  return { values, files };
}

/** The bytes between each two delimiters, without the line breaks that belong to the delimiters. */
function* splitParts(body: Buffer, delimiter: string): Iterable<Buffer> {
  const lineDelimiter = Buffer.from(`\r\n${delimiter}`);
  let start = body.indexOf(delimiter);
  if (start < 0) throw badRequest('boundary not found');
  start += delimiter.length;
  while (body.toString('latin1', start, start + 2) === '\r\n') {
    const end = body.indexOf(lineDelimiter, start);
    if (end < 0) throw badRequest('unexpected end of request content');
    yield body.subarray(start + 2, end);
    start = end + lineDelimiter.length;
  }
}
