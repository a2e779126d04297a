import { type Board, choiceOf, startBoard } from './board.ts';
import { addJobs } from './services/jobs.ts';
import { addOutside } from './services/outside.ts';
import { addScheduler } from './services/scheduler.ts';
import { addWebhook } from './services/webhook.ts';

/** Rate, errors and duration of what each service does. */
export function services(): Board {
  const board = startBoard({
    uid: 'rung-services',
    title: 'Rung: services',
    description:
      'Rate, errors and duration of the webhook, the jobs, the calls of Telegram and those of models.',
  }).withVariable(choiceOf('queue', 'Queue', 'rung_queue_jobs'));
  for (const add of [addWebhook, addJobs, addOutside, addScheduler]) add(board);
  return { file: 'services.json', dashboard: board.build() };
}
