import type { Point, Ring } from '#domain/ring.ts';
import { boxOf } from '../canvas/viewport.ts';
import { seenCut } from './cut-scan.ts';
import { shownLayout, type PageState } from './page-state.ts';

/** A piece that a finger or a key can meet. */
export interface MetPiece {
  readonly placement: number;
  readonly outline: Ring;
  readonly holes: readonly Ring[];
}

const NO_HOLES: readonly Ring[] = [];
const NONE: readonly MetPiece[] = [];

/** Pieces where the picture shows them: as they were laid, or as they were seen after cutting. */
export function metPieces(state: PageState): readonly MetPiece[] {
  const seen = seenCut(state);
  if (!seen) return shownLayout(state)?.pieces ?? NONE;
  return seen.comparison.sights.map(({ placement, outline }) => ({ placement, outline, holes: NO_HOLES }));
}

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

const WAYS: Readonly<Record<Arrow, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
/** How much farther a piece counts for lying beside the way instead of on it. */
const ASIDE = 2;

/** The piece that an arrow key leads to: the nearest in its direction, what lies aside counting as farther; the same
 *  where there is none, the upper left one from nowhere. */
export function pieceTowards(pieces: readonly MetPiece[], from: number | null, arrow: Arrow): number | null {
  const middles = pieces.map(({ placement, outline }) => ({ placement, at: middleOf(outline) }));
  const here = middles.find((m) => m.placement === from);
  if (!here) {
    const corner = ({ at: [x, y] }: (typeof middles)[number]) => x - y;
    return middles.length > 0 ? middles.reduce((a, b) => (corner(b) < corner(a) ? b : a)).placement : null;
  }
  const [wx, wy] = WAYS[arrow];
  let best = { placement: here.placement, cost: Infinity };
  for (const { placement, at } of middles) {
    const [dx, dy] = [at[0] - here.at[0], at[1] - here.at[1]];
    const along = dx * wx + dy * wy;
    const aside = Math.abs(dx * wy - dy * wx);
    const cost = along + ASIDE * aside;
    // In the quarter that the arrow points into.
    if (placement !== here.placement && along > 0 && along >= aside && cost < best.cost) best = { placement, cost };
  }
  return best.placement;
}

function middleOf(outline: Ring): Point {
  const box = boxOf(outline);
  return box ? [(box.minX + box.maxX) / 2, (box.minY + box.maxY) / 2] : [0, 0];
}
