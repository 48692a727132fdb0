import type { Sheets } from '#domain/problem.ts';
import type { Remnant } from '#domain/remnant.ts';

/** Remnants as sheets of a problem: each there once, at a cost of its area in m², so that a small one which does is taken
 *  before a large one. Null where there is none. */
export function stockSheets(remnants: readonly Remnant[]): Sheets | null {
  if (remnants.length === 0) return null;
  return {
    kerf: 1,
    sheets: remnants.map(({ id, sheet, areaMm2 }) => ({ ...sheet, id, quantity: 1, cost: areaMm2 / 1e6 })),
  };
}
