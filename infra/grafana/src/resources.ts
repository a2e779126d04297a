import { type Board, choiceOf, startBoard } from './board.ts';
import { addHosts } from './resources/hosts.ts';
import { addProcesses } from './resources/processes.ts';
import { addStores } from './resources/stores.ts';

/** Utilisation, saturation and errors of what the services stand on. */
export function resources(): Board {
  const board = startBoard({
    uid: 'rung-resources',
    title: 'Rung: PostgreSQL, Redis, Node',
    description:
      'Utilisation, saturation and errors of PostgreSQL, Redis, the Node processes and their hosts.',
  }).withVariable(choiceOf('job', 'Service', 'rung_db_pool_connections'));
  for (const add of [addStores, addProcesses, addHosts]) add(board);
  return { file: 'resources.json', dashboard: board.build() };
}
