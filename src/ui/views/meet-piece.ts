import type { Page } from '../page-context.ts';
import { seenCut } from '../state/cut-scan.ts';
import { withMark } from '../state/marked-pieces.ts';
import { shownLayout, shownStation, type PageState } from '../state/page-state.ts';

/** Whether pieces can be met now: picked in a layout, marked or decided about once they are cut. */
export function canMeetPieces(state: PageState): boolean {
  const station = shownStation(state);
  if (station === 'NESTING') return state.tool === 'look';
  return station === 'DONE' && (state.marked !== null || seenCut(state) !== null);
}

/** What a tap on a piece, or Enter at it, does. @param placement null: beside all pieces */
export function meetPiece(page: Page, placement: number | null): void {
  const { store, dispatch, commands } = page;
  const state = store.getState();
  if (state.status?.state === 'NESTING') return pickPiece(page, placement);
  if (placement === null) return;
  if (seenCut(state)) void commands.decide(placement);
  else dispatch({ kind: 'mark', marked: withMark(state, placement) });
}

/** A piece is picked, the same again let go; while swapping it is the other one. */
function pickPiece({ store, dispatch, commands }: Page, placement: number | null): void {
  const { picked, isSwapping } = store.getState();
  const pieceOf = (wanted: number | null) =>
    shownLayout(store.getState())?.pieces.find((p) => p.placement === wanted) ?? null;
  const [own, other] = [pieceOf(picked), pieceOf(placement)];
  if (isSwapping && own && other && other !== own) void commands.swap(own, other);
  else dispatch({ kind: 'pick', placement: other && placement !== picked ? placement : null });
}
