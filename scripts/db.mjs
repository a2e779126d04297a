import { launch } from './node24.mjs';

launch('./db.ts');
