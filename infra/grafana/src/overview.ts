import { type Board, startBoard } from './board.ts';
import { addLevels } from './overview/levels.ts';
import { addTraffic } from './overview/traffic.ts';
import { addTrouble } from './overview/trouble.ts';

/** Whether learners are served: service levels, error budgets, what fires, and what waits. */
export function overview(): Board {
  const board = startBoard({
    uid: 'rung-overview',
    title: 'Rung: overview',
    description: 'Whether learners are served: service levels, error budgets, what fires, and what waits.',
  });
  for (const add of [addLevels, addTrouble, addTraffic]) add(board);
  return { file: 'overview.json', dashboard: board.build() };
}
