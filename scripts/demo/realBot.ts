import { fileURLToPath } from 'node:url';
import { httpUrl, parseEnvironment, telegramToken } from '@rung/platform';
import { z } from 'zod';

const environment = z.object({
  TELEGRAM_BOT_TOKEN: telegramToken,
  TELEGRAM_API_ROOT: httpUrl.default('https://api.telegram.org'),
});

/** The bot that `--telegram` runs. */
export interface RealBot {
  readonly token: string;
  readonly apiRoot: string;
}

/** Reads the bot from the environment, and from `.env` what is not set there. Throws EnvironmentError. */
export function readRealBot(): RealBot {
  try {
    process.loadEnvFile(fileURLToPath(new URL('../../.env', import.meta.url)));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing) throw error;
  }
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = parseEnvironment(
    environment,
    process.env,
  );
  return { token, apiRoot };
}
