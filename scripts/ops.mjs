import { launch } from './node24.mjs';

launch('./ops.ts');
