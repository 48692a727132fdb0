import type { TablePicture } from '#api/table-routes.ts';
import {
  cornersFault,
  cornersToMm,
  fromTable,
  lengthBetween,
  mmPerPxAt,
  type CornersFault,
} from '#geometry/corner-plane.ts';
import { measuredOff, straightMarkers } from '#geometry/marker-places.ts';
import type { Corner } from '#geometry/quad.ts';
import type { TableDraft } from './table-draft.ts';

/** What corners make of the table, and what is measured beside them: they themselves fit exactly. */
export interface TableFacts {
  readonly fault: CornersFault | null;
  /** Lines of the table's grid in the picture, px; the first is its rim. Empty where the corners are none. */
  readonly grid: readonly (readonly Corner[])[];
  readonly gridMm: number;
  /** Markers whose places were measured: how many are seen, and how far off the worst is, mm. */
  readonly markers: { readonly count: number; readonly max: number } | null;
  /** Length of what the person points at, mm. */
  readonly measured: number | null;
}

/** Lines of a grid are at most so many, and its distance one of these, mm. */
const MOST_LINES = 16;
const STEPS = [20, 50, 100, 200, 500, 1000, 2000] as const;
/** Points of a line: a lens bends it. */
const POINTS = 24;

export function tableFacts(draft: TableDraft, picture: TablePicture): TableFacts {
  const { lens } = picture;
  const fault = cornersFault(draft, picture, lens);
  const toMm = fault === null ? cornersToMm(draft, lens) : null;
  const gridMm = STEPS.find((step) => Math.max(draft.width, draft.height) / step <= MOST_LINES) ?? STEPS.at(-1)!;
  if (toMm === null) return { fault, grid: [], gridMm, markers: null, measured: null };
  return {
    fault,
    grid: gridOf(draft, gridMm, fromTable(toMm, lens)),
    gridMm,
    markers: measuredOff(picture.known, straightMarkers(picture.seen, lens), toMm),
    measured: draft.length && lengthBetween(toMm, lens, ...draft.length.ends),
  };
}

/** What a pixel covers of the table at a place of the picture, mm; null where the corners are none. */
export function mmPerPixel(draft: TableDraft, picture: TablePicture, at: Corner): number | null {
  const toMm = cornersFault(draft, picture, picture.lens) === null ? cornersToMm(draft, picture.lens) : null;
  return toMm && mmPerPxAt(toMm, picture.lens, at);
}

function gridOf({ width, height }: TableDraft, step: number, at: (place: Corner) => Corner | null): Corner[][] {
  const line = (from: Corner, to: Corner): Corner[] =>
    Array.from({ length: POINTS + 1 }, (_, i) => i / POINTS).flatMap((s) => {
      const place = at([from[0] + s * (to[0] - from[0]), from[1] + s * (to[1] - from[1])]);
      return place ? [place] : [];
    });
  const between = (side: number) => Array.from({ length: Math.ceil(side / step) - 1 }, (_, i) => (i + 1) * step);
  return [
    [
      ...line([0, 0], [width, 0]),
      ...line([width, 0], [width, height]),
      ...line([width, height], [0, height]),
      ...line([0, height], [0, 0]),
    ],
    ...between(width).map((x) => line([x, 0], [x, height])),
    ...between(height).map((y) => line([0, y], [width, y])),
  ];
}
