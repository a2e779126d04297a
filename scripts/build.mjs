import { launch } from './node24.mjs';

launch('./build.ts');
