import { launch } from './node24.mjs';

launch('./bench.ts');
