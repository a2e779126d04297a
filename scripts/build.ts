import { buildStep } from './buildStep.ts';
import { runSteps } from './steps.ts';

const { failed } = await runSteps([buildStep]);
process.exitCode = failed === 0 ? 0 : 1;
