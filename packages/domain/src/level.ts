/** 1 Beginner, 2 Intermediate, 3 Advanced, 4 Expert. */
export type Level = 1 | 2 | 3 | 4;

export const MIN_LEVEL: Level = 1;
export const MAX_LEVEL: Level = 4;

/** The level of a learner who has just arrived. */
export const START_LEVEL: Level = 2;

/** Whether `x` is one of the four levels, as a number. */
export function isLevel(x: unknown): x is Level {
  return x === 1 || x === 2 || x === 3 || x === 4;
}

/** The level `steps` above (or below, when negative) `level`, kept within the ladder. `steps` is whole. */
export function climb(level: Level, steps: number): Level {
  const target = level + steps;
  if (isLevel(target)) return target;
  return target > MAX_LEVEL ? MAX_LEVEL : MIN_LEVEL;
}
