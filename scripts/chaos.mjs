import { launch } from './node24.mjs';

launch('./chaos.ts');
