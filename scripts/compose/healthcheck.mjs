import { get } from 'node:http';

/**
 * The HEALTHCHECK of every image, so that none needs curl or a shell: exits 0 when `GET <path>` on the loopback
 * interface answers 200 within two seconds. The port is in the environment variable of that name.
 *
 *   node healthcheck.mjs OPS_PORT /healthz
 */
const [variable = 'OPS_PORT', path = '/healthz'] = process.argv.slice(2);
const TIMEOUT_MS = 2_000;

const request = get(
  { host: '127.0.0.1', port: process.env[variable], path, timeout: TIMEOUT_MS, agent: false },
  (response) => {
    console.log(`${path} answers ${response.statusCode}`);
    process.exit(response.statusCode === 200 ? 0 : 1);
  },
);
request.on('timeout', () => request.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
request.on('error', (error) => {
  console.log(`${path}: ${error.message}`);
  process.exit(1);
});
