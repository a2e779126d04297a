import type { Service } from '../../stack/stack.ts';
import { until } from '../../stack/until.ts';
import { countDailies, makeDue, seedLearners } from '../due.ts';
import { bothQueues, type FaultCase } from '../faultCase.ts';
import { withSite } from '../site.ts';
import { judgeDailies } from './fanOut.ts';

const services: readonly Service[] = ['gateway', 'scheduler', 'worker'];
/** The catch-up window is 6 h: one slot is just within it, the other too long ago. */
const WITHIN_MINUTES = 5 * 60 + 50;
const TOO_LATE_MINUTES = 7 * 60;
const MOVED_ON_MS = 60_000;

/** Everything is down when the slot comes. */
export const missedSlot: FaultCase = {
  name: 'missed-slot',
  about: 'all services are down across the slot: one daily each when back within 6 h, none after that',
  queues: bothQueues,
  run: (conditions) =>
    withSite(conditions, {}, async (site) => {
      const count = conditions.quick ? 200 : 1_000;
      const caughtUp = await seedLearners(site, count, WITHIN_MINUTES);
      const givenUp = await seedLearners(site, count, TOO_LATE_MINUTES);
      for (const name of services) await site.stack.kill(name);
      await makeDue(site, caughtUp, WITHIN_MINUTES);
      await makeDue(site, givenUp, TOO_LATE_MINUTES);
      await Promise.all(services.map((name) => site.stack.start(name)));

      const finding = await judgeDailies(site, caughtUp);
      await until('the others moved on', MOVED_ON_MS, async () => {
        return (await countDailies(site, givenUp)).stillDue === 0;
      });
      const { without } = await countDailies(site, givenUp);
      const late = givenUp.length - without;
      const ok = finding.ok && late === 0;
      return { learners: 2 * count, ...finding, duplicated: finding.duplicated + late, late, ok };
    }),
};
