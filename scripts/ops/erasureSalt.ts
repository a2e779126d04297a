import { z } from 'zod';

const form = 'must be at least 32 characters, for example from `openssl rand -hex 32`, and never change';

/** ERASURE_SALT: with another one nobody could tell any more who was erased. */
export const erasureSalt = z.string({ error: form }).min(32, { error: form });
