import type { NestProblem } from './nest-problem.ts';

/** An upper bound of the objective's value from areas alone: no layout has more. `pieceAreas` and `sheetAreas` are net
 *  (holes off). With "sheets" the bound is the stock's cost left when the cheapest area that is enough was cut up freely.
 *  A strip is at best full; with "value" and "kits" pieces are taken by worth per area and may be cut. */
export function areaBound(problem: NestProblem, pieceAreas: ArrayLike<number>, sheetAreas: ArrayLike<number>): number {
  switch (problem.objective) {
    case 'strip':
      return 1;
    case 'sheets':
      return sheetsBound(problem, pieceAreas, sheetAreas);
    case 'value':
      return shareBound(
        problem.pieces.map((p, k) => ({
          area: pieceAreas[k]! * p.quantity,
          worth: (p.value ?? pieceAreas[k]! / 100) * p.quantity,
        })),
        stockArea(problem, sheetAreas),
      );
    case 'kits':
      return shareBound(
        problem.kits.map((kit, c) => ({
          worth: kit.quantity,
          area:
            kit.quantity *
            problem.pieces.reduce((sum, p, k) => sum + (p.kit?.kit === c ? p.kit.each * pieceAreas[k]! : 0), 0),
        })),
        stockArea(problem, sheetAreas),
      );
  }
}

function stockArea(problem: NestProblem, sheetAreas: ArrayLike<number>): number {
  return problem.sheets.reduce((sum, s, k) => sum + s.quantity * sheetAreas[k]!, 0);
}

function sheetsBound(problem: NestProblem, pieceAreas: ArrayLike<number>, sheetAreas: ArrayLike<number>): number {
  const ordered = problem.pieces.reduce((sum, p, k) => sum + p.quantity * pieceAreas[k]!, 0);
  const stock = stockArea(problem, sheetAreas);
  if (ordered > stock) return stock / ordered;
  const total = problem.sheets.reduce((sum, s) => sum + s.cost * s.quantity, 0);
  if (total === 0) return 2;
  const byPrice = problem.sheets
    .map((s, k) => ({ ...s, area: sheetAreas[k]! }))
    .sort((a, b) => a.cost / a.area - b.cost / b.area);
  let missing = ordered;
  let cost = 0;
  for (const sheet of byPrice) {
    if (missing <= 0) break;
    const taken = Math.min(sheet.quantity, missing / sheet.area);
    cost += taken * sheet.cost;
    missing -= taken * sheet.area;
  }
  // Whole sheets only: where all cost the same, no fraction of one is spent.
  const price = problem.sheets[0]!.cost;
  const isUniform = price > 0 && problem.sheets.every((s) => s.cost === price);
  return 1 + (total - (isUniform ? leastSheets(byPrice, ordered) * price : cost)) / total;
}

function leastSheets(sheets: readonly { quantity: number; area: number }[], ordered: number): number {
  let missing = ordered;
  let count = 0;
  for (const sheet of sheets) {
    const taken = Math.min(sheet.quantity, Math.ceil((missing / sheet.area) * (1 - 1e-9)));
    if (missing <= 0 || taken <= 0) break;
    count += taken;
    missing -= taken * sheet.area;
  }
  return count;
}

function shareBound(lots: readonly { area: number; worth: number }[], room: number): number {
  const total = lots.reduce((sum, lot) => sum + lot.worth, 0);
  if (total === 0) return 1;
  let left = room;
  let worth = 0;
  for (const lot of [...lots].sort((a, b) => b.worth / b.area - a.worth / a.area)) {
    const share = lot.area > 0 ? Math.min(1, left / lot.area) : 1;
    worth += share * lot.worth;
    left -= share * lot.area;
  }
  return Math.min(1, worth / total);
}
