import { fileURLToPath } from 'node:url';
import express, { type Express } from 'express';
import type { CallLog } from '../botApi/callLog.ts';
import type { Faults } from '../faults/faults.ts';
import type { World } from '../state/world.ts';
import type { EventStream } from './eventStream.ts';
import { answerError, HttpError } from './httpError.ts';
import { learnerRoutes } from './learnerRoutes.ts';
import { callRoutes, controlRoutes } from './operatorRoutes.ts';

const PAGE = fileURLToPath(new URL('../../page/', import.meta.url));
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** All that is not the Bot API: the page, the learners' api, the log of calls, faults and events. */
export function makeApp(options: {
  world: World;
  faults: Faults;
  calls: CallLog;
  events: EventStream;
  nextDayUrl: string | undefined;
}): Express {
  const { world, faults, calls, events, nextDayUrl } = options;
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set(SECURITY_HEADERS);
    next();
  });
  app.use(express.json({ limit: '100mb' }));
  app.use('/api/calls', callRoutes(calls));
  app.use('/api', learnerRoutes(world, nextDayUrl));
  app.use('/control', controlRoutes(faults));
  app.get('/events', (request, response) => events.open(request, response));
  app.get('/photos/:id', (request, response) => {
    const photo = world.photos.get(request.params.id);
    if (!photo) throw new HttpError(404, 'This picture is no longer kept');
    response.type(photo.contentType).set('cache-control', 'max-age=31536000, immutable').send(photo.content);
  });
  app.use(express.static(PAGE, { cacheControl: false }));
  app.use(() => {
    throw new HttpError(404, 'There is nothing here');
  });
  app.use(answerError);
  return app;
}
