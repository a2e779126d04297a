import { Router } from 'express';
import { z } from 'zod';
import type { CallLog } from '../botApi/callLog.ts';
import { faultList } from '../faults/fault.ts';
import type { Faults } from '../faults/faults.ts';

const CALLS_AT_ONCE = 20_000;

const callsQuery = z.object({
  since: z.coerce.number().int().min(0).default(0),
  method: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(CALLS_AT_ONCE).default(1_000),
});

/** What tests look at: the Bot API calls that the sandbox has got. */
export function callRoutes(calls: CallLog): Router {
  const routes = Router();
  routes.get('/', (request, response) => {
    response.json(calls.list(callsQuery.parse(request.query)));
  });
  routes.get('/count', (_request, response) => {
    response.json(calls.counts());
  });
  return routes;
}

/** Fault injection. Setting faults forgets earlier pauses and violations. */
export function controlRoutes(faults: Faults): Router {
  const routes = Router();
  routes.get('/', (_request, response) => {
    response.json(faults.state());
  });
  routes.post('/', (request, response) => {
    faults.replace(faultList.parse(request.body).faults);
    response.json(faults.state());
  });
  routes.delete('/', (_request, response) => {
    faults.replace([]);
    response.json(faults.state());
  });
  return routes;
}
