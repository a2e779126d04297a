import { launch } from './node24.mjs';

launch('./simulate.ts');
