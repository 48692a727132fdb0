import type { TablePicture, TableView } from '#api/table-routes.ts';
import { scaledCorners } from '#geometry/corner-plane.ts';
import { isSameShape } from '#geometry/lens.ts';
import { withCorner, type Corner, type Quad } from '#geometry/quad.ts';

/** What a person has set of the table so far; places in pixels of the picture, lengths in mm. */
export interface TableDraft {
  readonly corners: Quad;
  readonly width: number;
  readonly height: number;
  /** A length that is known, to check by; `told` null: not said yet. */
  readonly length: { readonly ends: readonly [Corner, Corner]; readonly told: number | null } | null;
}

export interface DraftState {
  readonly now: TableDraft;
  /** What can be gone back to, the latest last. */
  readonly past: readonly TableDraft[];
}

export type DraftAction =
  /** Handles 0 to 3 are the corners, 4 and 5 the ends of the length. */
  | { readonly kind: 'place'; readonly handle: number; readonly at: Corner; readonly isNew: boolean }
  | { readonly kind: 'side'; readonly side: 'width' | 'height'; readonly mm: number }
  | { readonly kind: 'measure' }
  | { readonly kind: 'told'; readonly mm: number | null }
  | { readonly kind: 'undo' };

/** Before anybody has set it: the table fills most of the picture. */
const AIR = 0.1;

/** What was set before, as this picture shows it; else a start. */
export function firstDraft(table: TableView, picture: TablePicture): DraftState {
  const { widthPx, heightPx } = picture;
  const [left, right, top, bottom] = [AIR * widthPx, (1 - AIR) * widthPx, AIR * heightPx, (1 - AIR) * heightPx];
  const { corners: set } = table;
  const start: Quad = [
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
  ];
  const isKept = set !== null && isSameShape(set, picture);
  const now: TableDraft = {
    corners: isKept ? scaledCorners(set.corners, widthPx / set.widthPx, heightPx / set.heightPx) : start,
    width: set?.width ?? table.tableWidth,
    height: set?.height ?? table.tableHeight,
    length: null,
  };
  return { now, past: [] };
}

export function reduceDraft(state: DraftState, action: DraftAction): DraftState {
  const { now, past } = state;
  const changed = (next: TableDraft, isNew = true): DraftState => ({ now: next, past: isNew ? [...past, now] : past });
  switch (action.kind) {
    case 'place': {
      const { handle, at, isNew } = action;
      if (handle < 4) return changed({ ...now, corners: withCorner(now.corners, handle, at) }, isNew);
      if (now.length === null) return state;
      const [from, to] = now.length.ends;
      const ends: [Corner, Corner] = handle === 4 ? [at, to] : [from, at];
      return changed({ ...now, length: { ...now.length, ends } }, isNew);
    }
    case 'side':
      return changed({ ...now, [action.side]: action.mm });
    case 'measure':
      return changed({ ...now, length: now.length === null ? { ends: firstEnds(now.corners), told: null } : null });
    case 'told':
      return now.length === null ? state : changed({ ...now, length: { ...now.length, told: action.mm } });
    case 'undo': {
      const before = past.at(-1);
      return before ? { now: before, past: past.slice(0, -1) } : state;
    }
  }
}

/** From a quarter to three quarters of the way, amid the table. */
function firstEnds([ll, lr, ur, ul]: Quad): readonly [Corner, Corner] {
  const between = (a: Corner, b: Corner, s: number): Corner => [a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])];
  const [left, right] = [between(ll, ul, 0.5), between(lr, ur, 0.5)];
  return [between(left, right, 0.25), between(left, right, 0.75)];
}
