import type { Point } from '#domain/ring.ts';
import type { Surroundings } from '#geometry/free-place.ts';
import { heldPiece, surroundingsOf, type Held, type PlacedPiece } from '../state/arrange.ts';
import { cannotSend, type PageState, shownLayout } from '../state/page-state.ts';
import { metPieces, type MetPiece } from '../state/pointed-piece.ts';
import type { HidePainter } from './hide-painter.ts';
import { isInside, rimDistance } from './label-place.ts';
import { toTable } from './viewport.ts';

export interface PieceHand {
  /** The placement of the piece under a finger, px of the canvas. */
  placementAt(at: Point): number | null;
  /** Whether a finger that comes down there takes hold of the picked piece. */
  grabs(at: Point): boolean;
  /** Where the held piece would come to lie once the finger lifts; null while it drags or when it goes back. */
  drag(byPx: Point | null, isDone: boolean): PlacedPiece | null;
  /** Shows the piece that is picked, or that keys have come to. */
  showPicked(): void;
}

/** A finger on the layout: picks pieces and carries the picked one about. @param reachPx how near a piece is hit */
export function pieceHand(painter: HidePainter, now: () => PageState, reachPx: number): PieceHand {
  let grabbed: { readonly piece: PlacedPiece; readonly around: Surroundings } | null = null;
  let held: Held | null = null;

  const picked = () => shownLayout(now())?.pieces.find((p) => p.placement === now().picked) ?? null;
  const met = () => metPieces(now()).find((p) => p.placement === now().pointed) ?? picked();
  const showPicked = () => painter.setHand({ picked: met()?.outline ?? null, held: null });

  return {
    placementAt(at) {
      const view = painter.view();
      const point = toTable(view, at);
      const pieces = metPieces(now());
      const inside = pieces.find((p) => isInside(p.outline, point) && !p.holes.some((hole) => isInside(hole, point)));
      if (inside) return inside.placement;
      const reach = reachPx / view.scale;
      const near = pieces
        .map((piece) => ({ piece, away: rimDistance(piece.outline, point) }))
        .reduce((a, b) => (b.away < a.away ? b : a), { piece: null as MetPiece | null, away: reach });
      return near.piece?.placement ?? null;
    },
    grabs(at) {
      const { status, tool, isSwapping, inspection } = now();
      const piece = picked();
      const layout = shownLayout(now());
      if (status?.state !== 'NESTING' || tool !== 'look' || isSwapping || cannotSend(now())) return false;
      if (!piece || !layout || !inspection.value || this.placementAt(at) !== piece.placement) return false;
      grabbed = { piece, around: surroundingsOf({ layout, inspection: inspection.value }, piece, new Set()) };
      return true;
    },
    drag(byPx, isDone) {
      if (!grabbed || byPx === null) {
        grabbed = null;
        showPicked();
        return null;
      }
      const { scale } = painter.view();
      held = heldPiece(grabbed.around, grabbed.piece, [byPx[0] / scale, -byPx[1] / scale]);
      if (!isDone) {
        painter.setHand({ picked: null, held: { ...held, from: grabbed.piece.outline } });
        return null;
      }
      grabbed = null;
      showPicked();
      return held.landing;
    },
    showPicked,
  };
}
