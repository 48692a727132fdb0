import type { Order } from '#domain/problem.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';

/** What makes a person look twice at an order: its units, or sizes that no leather piece has; of one by a mapping also lines
 *  of several orders or colours, and drawings whose areas are not what the other program says. */
export type OrderDoubt =
  | 'unitNotStated'
  | 'unitsDiffer'
  | 'tooSmall'
  | 'tooLarge'
  | 'ordersDiffer'
  | 'coloursDiffer'
  | 'areasDiffer';

/** Nothing that is cut from leather is smaller both ways: a watch strap's keeper is 8 mm. */
const LEAST_SIDE = 6;
/** No hide is longer: a large cattle hide has some 3 m. */
const LARGEST_SIDE = 3500;

/** Doubts about an order in mm, and about the units that its files state; `isUnitOpen`: one that could states none. Errs
 *  towards asking. */
export function doubtOrder(
  { pieces }: Order,
  unitsStated: readonly string[],
  isUnitOpen = false,
): readonly OrderDoubt[] {
  const sides = pieces.map((_, index) => {
    const { minX, maxX, minY, maxY } = ringBounds(pieceShape(pieces, index).outline);
    return Math.max(maxX - minX, maxY - minY);
  });
  return [
    ...(unitsStated.length === 0 || isUnitOpen ? (['unitNotStated'] as const) : []),
    ...(unitsStated.length > 1 ? (['unitsDiffer'] as const) : []),
    ...(sides.some((side) => side < LEAST_SIDE) ? (['tooSmall'] as const) : []),
    ...(sides.some((side) => side > LARGEST_SIDE) ? (['tooLarge'] as const) : []),
  ];
}
