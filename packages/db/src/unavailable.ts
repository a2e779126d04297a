/** Classes 08 (connection), 53 (out of resources), 57P (shutting down, starting up), and what sockets say. */
const CODES =
  /^(08|53|57P)|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)$/;
const WORDS =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error/i;

/**
 * Whether an error says that the database cannot be used at the moment, rather than that it refuses what it was asked:
 * then waiting helps, and whoever asked is not to blame.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return CODES.test(code) || WORDS.test(error.message);
}
