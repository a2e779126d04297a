/**
 * The bot's id: the digits before the colon of its token.
 * Throws when the token is not `<digits>:<letters, digits, _ or ->`, without showing it.
 */
export function botIdOf(token: string): string {
  const id = /^(\d+):[\w-]+$/.exec(token)?.[1];
  if (id === undefined) throw new Error('The bot token is malformed: it must look like 123456:ABC-def');
  return id;
}
