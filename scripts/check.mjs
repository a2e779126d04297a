import { launch } from './node24.mjs';

launch('./check.ts');
