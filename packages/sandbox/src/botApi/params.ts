import { badRequest } from './botApiError.ts';

/** A file of a multipart request. */
export interface UploadedFile {
  fileName: string;
  content: Buffer;
}

/**
 * The parameters of one call. Like the Bot API, every parameter is a string in the end, whatever the encoding of the
 * request: numbers and objects of a JSON body stand for their JSON text, and JSON parameters may be strings.
 */
export class Params {
  readonly values: ReadonlyMap<string, unknown>;
  readonly files: ReadonlyMap<string, UploadedFile>;

  constructor(values: ReadonlyMap<string, unknown>, files: ReadonlyMap<string, UploadedFile> = new Map()) {
    this.values = values;
    this.files = files;
  }

  /** The parameter as text, '' when it is missing. */
  string(name: string): string {
    const value = this.values.get(name);
    if (value === undefined) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (!text.isWellFormed()) throw badRequest('Strings must be encoded in UTF-8');
    return text;
  }

  /** The integer that the parameter starts with, 0 when there is none. */
  integer(name: string): number {
    const number = Number.parseInt(this.string(name), 10);
    return Number.isSafeInteger(number) ? number : 0;
  }

  /** An integer within limits; the fallback when the parameter is missing. */
  integerWithin(
    name: string,
    { fallback, min, max }: { fallback: number; min: number; max: number },
  ): number {
    const value = this.string(name) === '' ? fallback : this.integer(name);
    return Math.min(max, Math.max(min, value));
  }

  boolean(name: string): boolean {
    return ['true', 'yes', '1'].includes(this.string(name).trim().toLowerCase());
  }

  /**
   * A JSON parameter, undefined when it is missing or empty.
   *
   * @throws {BotApiError} with `problem` when it is not JSON.
   */
  json(name: string, problem: string): unknown {
    const value = this.values.get(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      throw badRequest(problem);
    }
  }
}
