/** A JSON object of a request. */
export type JsonObject = Record<string, unknown>;

/** A field that is missing or of the wrong type, in Telegram's words. */
export class FieldError extends Error {
  override name = 'FieldError';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string field; numbers count as strings, as on Telegram. '' when it is missing. */
export function optionalString(object: JsonObject, name: string): string {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new FieldError(`Field "${name}" must be of type String`);
  return String(value);
}

export function requiredString(object: JsonObject, name: string): string {
  if (!Object.hasOwn(object, name)) throw new FieldError(`Can't find field "${name}"`);
  return optionalString(object, name);
}

/** An integer field; a string that holds a number counts, as on Telegram. */
export function requiredInteger(object: JsonObject, name: string): number {
  if (!Object.hasOwn(object, name)) throw new FieldError(`Can't find field "${name}"`);
  const value = object[name];
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw new FieldError(`Field "${name}" must be a Number`);
  return number;
}
