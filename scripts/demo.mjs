import { launch } from './node24.mjs';

launch('./demo.ts');
