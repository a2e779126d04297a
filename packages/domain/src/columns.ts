/** Entry `i` of a column. Throws RangeError when there is none. */
export function at(column: Float64Array | Uint32Array | Uint8Array, i: number): number {
  const entry = column[i];
  if (entry === undefined) throw new RangeError(`no entry ${i} in a column of ${column.length}`);
  return entry;
}
