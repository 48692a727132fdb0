import type { JudgedProblem } from './validate-problem.ts';
import type { ClaimedResult } from './validate-read-result.ts';
import { isFiniteNumber } from './validate-refuse.ts';

/** What rounding to a solver's grid may change of the value. */
const VALUE_SLACK = 1e-5;

export interface Measured {
  /** How often each piece was placed. */
  readonly used: readonly number[];
  readonly areaPlaced: number;
  readonly areaWanted: number;
  readonly stripWidth: number | null;
  readonly wholeKits: number;
  /** Positions of the sheets that were used, one for each layout. */
  readonly sheetsUsed: readonly number[];
}

/** The value of a result by the definition of the contract ("Nest result"); higher is better. */
export function objectiveValue(problem: JudgedProblem, measured: Measured): number {
  const { pieces, sheets, kits } = problem;
  const { used, areaPlaced, areaWanted, stripWidth, wholeKits, sheetsUsed } = measured;
  switch (problem.objective) {
    case 'strip':
      return stripWidth ? areaPlaced / (stripWidth * problem.stripHeight!) : 0;
    case 'kits':
      return share(
        wholeKits,
        sum(kits, (kit) => kit.quantity),
      );
    case 'value':
      return share(
        sum(pieces, (piece, k) => used[k]! * piece.value),
        sum(pieces, (piece) => piece.demand * piece.value),
      );
    case 'sheets':
    case null: {
      if (pieces.some((piece, k) => used[k]! < piece.demand)) return share(areaPlaced, areaWanted);
      const stock = sum(sheets, (sheet) => sheet.cost * sheet.stock);
      return 1 + share(stock - sum(sheetsUsed, (k) => sheets[k]!.cost), stock);
    }
  }
}

/** Whether the result claims another objective than it has; null where it claims none. */
export function claimDiffers(
  problem: JudgedProblem,
  claimed: ClaimedResult['objective'],
  value: number,
): boolean | null {
  if (claimed === null) return null;
  // The area of a curved piece may be off by its slack all along its outline.
  const curves = Math.max(0, ...problem.pieces.map((piece) => (piece.slack * piece.perimeter) / piece.areaSize));
  const isKind = claimed.kind === undefined || claimed.kind === problem.objective;
  return (
    !isKind || !isFiniteNumber(claimed.value) || Math.abs(claimed.value - value) > VALUE_SLACK + 2 * curves * value
  );
}

function share(part: number, whole: number): number {
  return whole ? part / whole : 1;
}

function sum<T>(rows: readonly T[], of: (row: T, k: number) => number): number {
  return rows.reduce((total, row, k) => total + of(row, k), 0);
}
