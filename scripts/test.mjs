import { launch } from './node24.mjs';

launch('./test.ts');
