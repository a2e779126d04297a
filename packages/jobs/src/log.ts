/** What this package needs of a logger. */
export interface JobsLogger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Logs the troubles of a connection: without its credentials, and the same one not more than every 10 s. */
export interface ConnectionLog {
  trouble(source: string, error: unknown): void;
  /** The error's message without credentials, at most 1,000 characters. */
  describe(error: unknown): string;
}

const repeatAfterMs = 10_000;

/** `url` is the connection's address, whose password must never be seen. */
export function makeConnectionLog(logger: JobsLogger, url: string): ConnectionLog {
  const secrets = passwordsOf(url);
  const lastLogged = new Map<string, number>();

  function describe(error: unknown): string {
    let text = error instanceof Error ? error.message || error.name : String(error);
    // Node's AggregateError (every address of a host refused) has an empty message but a code.
    if (error instanceof AggregateError && 'code' in error) text = String(error.code);
    text = text.replaceAll(/:\/\/[^@/\s]*@/g, '://***@');
    for (const secret of secrets) text = text.replaceAll(secret, '***');
    return text.slice(0, 1000);
  }

  function trouble(source: string, error: unknown): void {
    const message = describe(error);
    const key = `${source} ${message}`;
    const now = performance.now();
    const last = lastLogged.get(key);
    if (last !== undefined && now - last < repeatAfterMs) return;
    // Messages with ids in them are all different: forget them rather than grow.
    if (lastLogged.size >= 100) lastLogged.clear();
    lastLogged.set(key, now);
    logger.warn('queue trouble', { source, error: message });
  }

  return { trouble, describe };
}

function passwordsOf(url: string): string[] {
  const { username, password } = new URL(url);
  // postgres:postgres is no secret, and the word is in many a message.
  if (password === '' || password === username) return [];
  return [password, decodeURIComponent(password)];
}
