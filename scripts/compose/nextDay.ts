import { makeLifecycle, makeLogger, parseEnvironment, port, postgresUrl, runService } from '@rung/platform';
import { z } from 'zod';
import { serveNextDay } from '../stack/nextDay.ts';

const environment = z.object({ DATABASE_URL: postgresUrl, PORT: port(8090) });

/** What the sandbox's *Next day* button calls, as a container of its own. DATABASE_URL must be a superuser's. */
await runService(async () => {
  const env = parseEnvironment(environment, process.env);
  const logger = makeLogger({ service: 'next-day', level: 'info', format: 'json', secrets: [] });
  const life = makeLifecycle({ graceMs: 5_000, logger });
  life.onSignals();
  const server = await serveNextDay(() => env.DATABASE_URL, { host: '0.0.0.0', port: env.PORT });
  life.defer('server', () => server.close());
  logger.info('listening', { port: env.PORT });
});
