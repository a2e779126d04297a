import { launch } from './node24.mjs';

launch('./dashboards.ts');
