import type { Sheet, Sheets } from '#domain/problem.ts';
import type { Remnant } from '#domain/remnant.ts';
import { flatRing } from '#domain/ring.ts';
import { regionArea } from '#geometry/ring-area.ts';

/** Remnants as sheets of a problem: each there once, at a cost of its area in m², so that a small one which does is taken
 *  before a large one. Null where there is none. */
export function stockSheets(remnants: readonly Remnant[]): Sheets | null {
  if (remnants.length === 0) return null;
  return {
    kerf: 1,
    sheets: remnants.map(({ id, sheet, areaMm2 }) => ({ ...sheet, id, quantity: 1, cost: areaMm2 / 1e6 })),
  };
}

/** Sheets in millimetres beside remnants: one that states no cost costs its area in m² as they do. At the usual cost of 1 a
 *  whole hide would be cheaper than what is left of one. */
export function besideStock(sheets: readonly Sheet[]): Sheet[] {
  return sheets.map((sheet) => {
    const areaMm2 = regionArea(flatRing(sheet.outline), (sheet.holes ?? []).map(flatRing));
    return { ...sheet, cost: sheet.cost ?? areaMm2 / 1e6 };
  });
}
