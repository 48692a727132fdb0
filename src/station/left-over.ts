import { inMillimetres } from '#geometry/in-millimetres.ts';
import { laidOutlines } from '#nest/laid-outlines.ts';
import { remnantsOf, type LeftOver } from '#nest/remnants.ts';
import type { LeftOverQuestion } from './rooms.ts';

/** What a layout leaves of its one sheet once these placements are cut out of it; for the rooms' thread, as it takes tens
 *  of milliseconds. */
export function leftOver({ problem, result, cut, options }: LeftOverQuestion): readonly LeftOver[] {
  const { sheets, pieces } = inMillimetres(problem);
  const layout = result.layouts[0];
  const sheet = layout && sheets?.[layout.material];
  if (!sheet) return [];
  const outlines = laidOutlines(layout, pieces);
  return remnantsOf(
    sheet,
    cut.flatMap((placement) => (outlines[placement] ? [outlines[placement]] : [])),
    options,
  );
}
