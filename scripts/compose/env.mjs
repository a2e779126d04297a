import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * `npm run compose:env [-- --sandbox]`: writes the variables that docker-compose.yml asks for and that .env does not
 * have, with new random passwords. What is there stays as it is. With `--sandbox` also what the profile of that name
 * needs, and no bot of your own.
 */
const { values } = parseArgs({
  options: { sandbox: { type: 'boolean', default: false }, file: { type: 'string' } },
});
const file = values.file ?? fileURLToPath(new URL('../../.env', import.meta.url));

// Letters and digits only: passwords stand in addresses, and nothing has to be quoted.
const secret = () => randomBytes(24).toString('hex');

/** @type {Readonly<Record<string, () => string>>} */
const passwords = {
  POSTGRES_PASSWORD: secret,
  RUNG_OWNER_PASSWORD: secret,
  RUNG_SERVICES_PASSWORD: secret,
  REDIS_PASSWORD: secret,
  GRAFANA_ADMIN_PASSWORD: secret,
  TELEGRAM_WEBHOOK_SECRET: secret,
  ERASURE_SALT: secret,
};
/** @type {Readonly<Record<string, () => string>>} */
const sandbox = {
  COMPOSE_PROFILES: () => 'sandbox',
  TELEGRAM_BOT_TOKEN: () => `700000001:${secret()}`,
  TELEGRAM_API_ROOT: () => 'http://sandbox:8081',
  TICK_INTERVAL_MS: () => '1000',
};

const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
const present = new Set([...text.matchAll(/^(?:export )?([A-Z_]+)=./gm)].map(([, name]) => name));
const missing = Object.entries({ ...passwords, ...(values.sandbox ? sandbox : {}) }).filter(
  ([name]) => !present.has(name),
);
const kept = text === '' || text.endsWith('\n') ? text : `${text}\n`;
const added = missing.map(([name, make]) => `${name}=${make()}\n`).join('');
if (added !== '') writeFileSync(file, kept + added, { mode: 0o600 });

const names = missing.map(([name]) => name).join(', ');
console.log(names === '' ? `${file} has everything` : `${file}: added ${names}`);
if (!values.sandbox && !present.has('TELEGRAM_BOT_TOKEN')) {
  console.log('Put the token that @BotFather gave you there as TELEGRAM_BOT_TOKEN.');
}
