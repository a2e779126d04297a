import { createServer } from 'node:http';
import pg from 'pg';
import { freePort } from './ports.ts';

/** Columns that are instants, by table; each moves back by 24 h. */
const INSTANTS: Readonly<Record<string, readonly string[]>> = {
  users: ['paused_until', 'blocked_at', 'telegram_paused_until', 'created_at', 'updated_at'],
  conversations: ['expires_at'],
  telegram_updates: ['received_at', 'nudged_at', 'applied_at', 'done_at'],
  user_questions: [
    'slot_at',
    'expires_at',
    'created_at',
    'nudged_at',
    'sent_at',
    'answered_at',
    'expired_at',
    'feedback_delivered_at',
  ],
  user_answers: ['answered_at'],
  streak_history: ['created_at'],
  wrong_answers: ['missed_at'],
  outbox_events: ['created_at', 'published_at'],
};

/** Columns that are local dates; each moves back by a day. */
const DATES: Readonly<Record<string, readonly string[]>> = {
  users: ['last_correct_date', 'last_daily_date', 'last_answered_date'],
  streak_history: ['local_date'],
};

/**
 * Moves all that a learner has done one day into the past and makes them due now, so that for them it is the next day
 * while the services run on the real clock. For the demo and for tests of several days; needs a superuser, since
 * histories otherwise only grow. False when there is no such learner.
 */
async function moveToNextDay(databaseUrl: string, userId: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    const learner = await client.query('SELECT FROM users WHERE user_id = $1 FOR UPDATE', [userId]);
    if (learner.rowCount === 0) return false;
    await client.query(`SET LOCAL session_replication_role = replica`);
    for (const table of new Set([...Object.keys(INSTANTS), ...Object.keys(DATES)])) {
      const moves = [
        ...(INSTANTS[table] ?? []).map((column) => `${column} = ${column} - interval '24 hours'`),
        ...(DATES[table] ?? []).map((column) => `${column} = ${column} - 1`),
      ];
      await client.query(`UPDATE ${table} SET ${moves.join(', ')} WHERE user_id = $1`, [userId]);
    }
    // One daily a local date: a step of one day would meet the neighbour that has not moved yet.
    for (const days of [-100_001, 100_000]) {
      await client.query('UPDATE user_questions SET local_date = local_date + $2::int WHERE user_id = $1', [
        userId,
        days,
      ]);
    }
    await client.query('UPDATE users SET next_delivery_at = now() WHERE user_id = $1', [userId]);
    await client.query('COMMIT');
    return true;
  } finally {
    await client.end();
  }
}

/** Where it listens: a free port of the loopback interface unless told otherwise. */
interface Listen {
  readonly host?: string;
  readonly port?: number;
}

/** Serves `POST /` `{userId}` for the sandbox's *Next day* button; 503 until there is a database. `GET /` says that it is up. */
export async function serveNextDay(
  databaseUrl: () => string | undefined,
  { host = '127.0.0.1', port: wantedPort }: Listen = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const reply = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    try {
      let body = '';
      for await (const chunk of request) body += chunk;
      const url = databaseUrl();
      if (request.method === 'GET') reply(200, { ok: true });
      else if (url === undefined) reply(503, { error: 'still starting' });
      else if (await moveToNextDay(url, String(JSON.parse(body).userId))) reply(200, { ok: true });
      else reply(404, { error: 'send /start first' });
    } catch (error) {
      reply(500, { error: error instanceof Error ? error.message : 'failed' });
    }
  });
  const port = wantedPort ?? (await freePort());
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    url: `http://${host}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
