import type { DeliveryKind } from './delivery.ts';
import type { LocalDate } from './localDate.ts';

/** A source of uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * A generator that gives the same numbers for the same seed on every machine: sfc32 (Chris Doty-Humphrey,
 * PractRand), started from the 128 bits of cyrb128 over the seed (both as published by bryc,
 * github.com/bryc/code, public domain). For fair choices that can be replayed, not for secrets.
 */
export function seededRandom(seed: string): Random {
  const random = sfc32(cyrb128(seed));
  // As PractRand does when it seeds: the first rounds still show the seed.
  for (let round = 0; round < 12; round++) random();
  return random;
}

/** The seed of everything that is random about one learner's delivery of a local date. */
export function dailySeed(of: {
  readonly userId: string;
  readonly localDate: LocalDate;
  readonly kind: DeliveryKind;
}): string {
  return `${of.userId}:${of.localDate}:${of.kind}`;
}

type State = readonly [number, number, number, number];

function cyrb128(text: string): State {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  h1 ^= h2 ^ h3 ^ h4;
  return [h1, h2 ^ h1, h3 ^ h1, h4 ^ h1];
}

function sfc32([seedA, seedB, seedC, seedD]: State): Random {
  let a = seedA | 0;
  let b = seedB | 0;
  let c = seedC | 0;
  let counter = seedD | 0;
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}
