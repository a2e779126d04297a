/** One number of a report, printed as one line of JSON. */
export interface Figure {
  readonly figure: string;
  readonly value: number | null;
  readonly [detail: string]: number | string | null;
}

/** Four digits after the point; null stays, and so does what cannot be computed. */
export function round(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Math.round(value * 10_000) / 10_000;
}
