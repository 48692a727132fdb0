import type { Piece, Sheet } from '#domain/problem.ts';
import { angleBetween, wrapAngle } from '#geometry/angle-between.ts';

/** Degrees that grain may be off where the order states none (docs/contracts.md, "Own problem"). */
const GRAIN_TOLERANCE = 5;

/** Angles that a piece may lie at, in [0, 360): its own rule and, where piece and sheet both state one, the grain at
 *  its place. Null: any angle.
 *  @param drawn the piece whose outline it has: itself, or the one that it mirrors
 *  @param at the piece's centre on the sheet */
export function allowedTurns(
  piece: Piece,
  drawn: Piece,
  sheet: Sheet,
  { mirrored, at }: { readonly mirrored: boolean; readonly at: readonly [number, number] },
): readonly number[] | null {
  const ruled = ruledTurns(piece);
  const grain =
    piece.grain ?? (drawn !== piece && drawn.grain ? { ...drawn.grain, angle: 180 - drawn.grain.angle } : null);
  const sheetAngle = grainAt(sheet, at);
  if (!grain || sheetAngle === null) return ruled;
  const period = sheet.grain?.directed === true ? 360 : 180;
  const along = sheetAngle - (mirrored ? 180 - grain.angle : grain.angle);
  const tolerance = grain.tolerance ?? GRAIN_TOLERANCE;
  if (ruled) return ruled.filter((turn) => angleBetween(turn, along, period) <= tolerance + 1e-9);
  return (period === 180 ? [along, along + 180] : [along]).map((turn) => wrapAngle(turn));
}

function ruledTurns(piece: Piece): readonly number[] | null {
  const rule = piece.rotation ?? 'free';
  if (rule === 'free') return null;
  if (rule === 'fixed') return [0];
  return ('around' in rule ? [rule.around] : rule).map((turn) => wrapAngle(turn));
}

function grainAt(sheet: Sheet, [x, y]: readonly [number, number]): number | null {
  const { grain } = sheet;
  if (!grain) return null;
  if (!grain.field) return grain.angle ?? null;
  const away = (p: { x: number; y: number }) => Math.hypot(p.x - x, p.y - y);
  return grain.field.reduce((a, b) => (away(b) < away(a) ? b : a)).angle;
}
