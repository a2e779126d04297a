import { createHmac } from 'node:crypto';

/** What stands for a learner who was erased. */
export interface Pseudonyms {
  /** Tells salts apart without giving them away: 8 hex digits. Hashes of different salts cannot be compared. */
  readonly saltId: string;
  /** The same 64 hex digits for the same learner each time, from which nobody without the salt finds the learner. */
  of(userId: string): string;
}

/** HMAC-SHA-256 of a learner's id. There are few ids, so whoever has the salt can try them all: it is a secret. */
export function makePseudonyms(salt: string): Pseudonyms {
  const hmac = (text: string) => createHmac('sha256', salt).update(text).digest('hex');
  return { saltId: hmac('salt').slice(0, 8), of: (userId) => hmac(`learner ${userId}`) };
}
