import type { Random } from './random.ts';

/** The place of an option as it is shown: 0 for A to 3 for D. */
export type Position = 0 | 1 | 2 | 3;

/** Position shown → index in the bank: each of 0 to 3 once. */
export type OptionOrder = readonly [number, number, number, number];

/** An order of the four options, each of the 24 equally likely. Draws four numbers. */
export function shuffleOptions(random: Random): OptionOrder {
  const order: number[] = [];
  for (let option = 0; option < 4; option++) {
    order.splice(Math.floor(random() * (option + 1)), 0, option);
  }
  return order as [number, number, number, number];
}

/** Where the option with this index in the bank is shown. Throws RangeError when the index is not 0 to 3. */
export function positionOf(order: OptionOrder, bankIndex: number): Position {
  const position = order.indexOf(bankIndex);
  if (position === -1) throw new RangeError(`no option has index ${bankIndex}`);
  return position as Position;
}

/** The index in the bank of the option shown at a position. */
export function bankIndexAt(order: OptionOrder, position: Position): number {
  return order[position];
}
