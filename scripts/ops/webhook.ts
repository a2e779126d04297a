import { writeAudit } from '@rung/db';
import { HANDLED_UPDATES } from '@rung/domain';
import { httpUrl, parseEnvironment, postgresUrl, telegramToken, webhookSecret } from '@rung/platform';
import { makeTelegramClient, type TelegramClient, TelegramError } from '@rung/telegram';
import { z } from 'zod';
import { actor, readCount, readOptions, UsageError } from './ops.ts';
import { atUtc, Refusal, type Tool, withDatabase } from './tool.ts';

const bot = z.object({
  TELEGRAM_BOT_TOKEN: telegramToken,
  TELEGRAM_API_ROOT: httpUrl.default('https://api.telegram.org'),
});
const change = bot.extend({ DATABASE_URL: postgresUrl });
const place = change.extend({ PUBLIC_URL: httpUrl, TELEGRAM_WEBHOOK_SECRET: webhookSecret });

/** Telegram's default, and its limit. */
const CONNECTIONS = { default: 40, most: 100 };

/** `ops webhook set [--max-connections N]`: from now on Telegram calls PUBLIC_URL, with what the gateway handles. */
export async function setWebhook({ env, print }: Tool, args: string[]): Promise<void> {
  const { options, words } = readOptions(args, ['max-connections']);
  if (words.length > 0) throw new UsageError('webhook set takes no words: its address is PUBLIC_URL');
  const maxConnections = readCount(options['max-connections'], CONNECTIONS.default);
  if (maxConnections > CONNECTIONS.most)
    throw new UsageError(`webhook set: Telegram opens ${CONNECTIONS.most} connections at most`);
  const { PUBLIC_URL, TELEGRAM_WEBHOOK_SECRET, DATABASE_URL, ...account } = parseEnvironment(place, env);
  const url = `${PUBLIC_URL.replace(/\/+$/, '')}/telegram/webhook`;
  await ask(account, (telegram) =>
    telegram.setWebhook({
      url,
      secretToken: TELEGRAM_WEBHOOK_SECRET,
      allowedUpdates: HANDLED_UPDATES,
      maxConnections,
    }),
  );
  await withDatabase(DATABASE_URL, (db) =>
    writeAudit(db, { actor: actor(), action: 'webhook.set', subject: url, details: { maxConnections } }),
  );
  print(
    `Telegram sends ${HANDLED_UPDATES.join(', ')} to ${url}, over ${maxConnections} connections at most.`,
  );
}

/** `ops webhook info`: where Telegram sends updates, what waits there, and what went wrong last. */
export async function webhookInfo({ env, print }: Tool, args: string[]): Promise<void> {
  if (readOptions(args, []).words.length > 0) throw new UsageError('webhook info takes no words');
  const info = await ask(parseEnvironment(bot, env), (telegram) => telegram.getWebhookInfo());
  const updates = info.pending_update_count;
  const waiting = `${updates === 1 ? '1 update waits' : `${updates} updates wait`} at Telegram.`;
  if (info.url === undefined || info.url === '') {
    print('No webhook is set: updates wait for one, or for a gateway that polls.');
    return print(waiting);
  }
  print(`Webhook: ${info.url}`);
  print(`Connections: ${info.max_connections ?? CONNECTIONS.default} at most`);
  print(`Updates: ${info.allowed_updates?.join(', ') ?? 'all kinds'}`);
  if (!isSameSet(info.allowed_updates ?? [], HANDLED_UPDATES))
    print(`The gateway handles others (${HANDLED_UPDATES.join(', ')}): run webhook set.`);
  print(waiting);
  const { last_error_date: failedAt, last_error_message: error } = info;
  print(
    failedAt === undefined
      ? 'Telegram has met no error there.'
      : `Last error, ${atUtc(new Date(failedAt * 1000))} UTC: ${error ?? 'without words'}`,
  );
}

/** `ops webhook delete`: Telegram keeps updates to itself. */
export async function deleteWebhook({ env, print }: Tool, args: string[]): Promise<void> {
  if (readOptions(args, []).words.length > 0) throw new UsageError('webhook delete takes no words');
  const { DATABASE_URL, ...account } = parseEnvironment(change, env);
  await ask(account, (telegram) => telegram.deleteWebhook());
  await withDatabase(DATABASE_URL, (db) =>
    writeAudit(db, { actor: actor(), action: 'webhook.delete', subject: 'webhook' }),
  );
  print('No webhook is set any more. Telegram keeps updates for a day.');
}

async function ask<T>(
  { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot }: z.output<typeof bot>,
  call: (telegram: TelegramClient) => Promise<T>,
): Promise<T> {
  try {
    return await call(makeTelegramClient({ token, apiRoot }));
  } catch (error) {
    if (!(error instanceof TelegramError)) throw error;
    const why = error.outcome === 'unauthorized' ? 'it does not know TELEGRAM_BOT_TOKEN' : error.description;
    throw new Refusal(`Telegram did not do it: ${why}.`);
  }
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}
