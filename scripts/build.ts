import { run } from './run.ts';

const { ok } = await run('tsc', ['-b'], { shown: true });
process.exitCode = ok ? 0 : 1;
