import type { CutPieces, PieceSight } from '#domain/cut-comparison.ts';
import type { Defect } from '#domain/inspection.ts';
import { flatRing, pointsOf, type FlatRing, type Region } from '#domain/ring.ts';
import { cellGrid, fillRing, type CellGrid } from '#geometry/fill-ring.ts';
import { boundsMeet, ringBounds } from '#geometry/ring-bounds.ts';

/** A piece that was cut, where it lies on the table that was scanned after cutting. mm. */
export interface CutPiece {
  readonly placement: number;
  readonly id: string;
  readonly outline: FlatRing;
  /** Cut out of it. */
  readonly holes: readonly FlatRing[];
  /** Least quality that it takes, and where another one is enough or needed. */
  readonly quality: number;
  readonly zones: readonly {
    readonly quality: number;
    readonly outline: FlatRing;
    readonly holes: readonly FlatRing[];
  }[];
}

/** What the scan after cutting shows. mm, in its table frame. */
export interface CutSight {
  /** Null: out of the picture. */
  readonly isMaterial: (x: number, y: number) => boolean | null;
  readonly marks: readonly Defect[];
  /** What was seen before cutting, moved along with the sheet: pieces were laid with it in mind. */
  readonly known: readonly Region[];
  /** Marks more doubtful than this are a person's to decide. */
  readonly doubtAbove: number;
  /** So far from a cut nothing is judged: the gap, the pixels it mixes, and what the two scans' rims differ. */
  readonly band: number;
}

/** Cells along the longer side of a piece. */
const CELLS = 64;
const LEAST_CELL = 0.5;
/** A piece shows leather all over, or none, up to this share: shadows and pixels of two colours along the gap. */
const ALL = 0.97;
const NONE = 0.05;
/** A piece may lack this much before its share speaks: a torn corner of a large one. mm². */
const LEAST_LACK = 40;
/** A new mark smaller than this in a piece is no reason to refuse it, mm². */
const LEAST_MARK = 4;
/** Marks of two scans of one defect differ by so much, mm. */
const KNOWN_REACH = 4;
/** A piece is not judged where this share of it is out of the picture. */
const MOST_UNSEEN = 0.02;

/** Holds pieces that were cut against a scan of the table. O(cells of all pieces); some tenths of a millisecond a piece. */
export function compareCut(pieces: readonly CutPiece[], sight: CutSight, lie: CutPieces): PieceSight[] {
  return pieces.map((piece) => sightOf(piece, sight, lie));
}

function sightOf(piece: CutPiece, sight: CutSight, lie: CutPieces): PieceSight {
  const { grid, need } = neededCells(piece, sight.band);
  let [count, unseen, leather] = [0, 0, 0];
  for (let i = 0; i < need.length; i += 1) {
    if (need[i] === OUTSIDE) continue;
    count += 1;
    const is = sight.isMaterial(...middleOf(grid, i));
    if (is === null) unseen += 1;
    else if (is) leather += 1;
  }
  const seen = count - unseen;
  const share = seen === 0 ? 0 : leather / seen;
  const marks = newMarks(grid, need, sight);
  const lackMm2 = (seen - leather) * grid.cell ** 2;
  const state: PieceSight['state'] =
    count === 0 || unseen > MOST_UNSEEN * count
      ? 'unseen'
      : share <= NONE
        ? 'gone'
        : share < ALL || lackMm2 > LEAST_LACK
          ? 'partly'
          : marks.length > 0
            ? 'marked'
            : 'there';
  const isSure = marks.some((mark) => mark.doubt <= sight.doubtAbove);
  return {
    placement: piece.placement,
    piece: piece.id,
    outline: pointsOf(piece.outline),
    state,
    verdict: verdictOf(state, lie, isSure),
    share,
    // Where the table shows there is nothing to mark.
    marks: state === 'marked' || state === 'partly' ? marks : [],
  };
}

function verdictOf(state: PieceSight['state'], lie: CutPieces, isSure: boolean): PieceSight['verdict'] {
  switch (state) {
    case 'there':
      return lie === 'inPlace' ? 'accepted' : 'rejected';
    case 'gone':
      return lie === 'inPlace' ? 'rejected' : 'accepted';
    case 'marked':
      // Left lying it was left for a reason, whatever the reason.
      return lie === 'takenOff' || isSure ? 'rejected' : 'doubtful';
    case 'partly':
    case 'unseen':
      return 'doubtful';
  }
}

/** No cell of the piece, or too near to a cut. */
const OUTSIDE = 255;

/** The quality that each cell of a piece takes. */
function neededCells(piece: CutPiece, band: number): { readonly grid: CellGrid; readonly need: Uint8Array } {
  const box = ringBounds(piece.outline);
  const cell = Math.max(LEAST_CELL, Math.max(box.maxX - box.minX, box.maxY - box.minY) / CELLS);
  const grid = cellGrid(box, cell);
  const need = new Uint8Array(grid.columns * grid.rows).fill(OUTSIDE);
  fillRing(piece.outline, grid, (from, upTo) => need.fill(piece.quality, from, upTo));
  for (const zone of piece.zones) {
    const isIn = new Uint8Array(need.length);
    fillRing(zone.outline, grid, (from, upTo) => isIn.fill(1, from, upTo));
    for (const hole of zone.holes) fillRing(hole, grid, (from, upTo) => isIn.fill(0, from, upTo));
    for (let i = 0; i < need.length; i += 1) if (isIn[i] === 1 && need[i] !== OUTSIDE) need[i] = zone.quality;
  }
  for (const hole of piece.holes) fillRing(hole, grid, (from, upTo) => need.fill(OUTSIDE, from, upTo));
  for (const ring of [piece.outline, ...piece.holes]) alongRing(ring, grid, band, (i) => (need[i] = OUTSIDE));
  return { grid, need };
}

function newMarks(grid: CellGrid, need: Uint8Array, { marks, known }: CutSight): PieceSight['marks'] {
  const box = {
    minX: grid.minX,
    minY: grid.minY,
    maxX: grid.minX + grid.columns * grid.cell,
    maxY: grid.minY + grid.rows * grid.cell,
  };
  const near = <T extends Region>(regions: readonly T[], reach: number) =>
    regions.filter(({ outline }) => boundsMeet(ringBounds(flatRing(outline)), box, reach));
  const isKnown = new Uint8Array(need.length);
  for (const region of near(known, KNOWN_REACH)) {
    fillRing(flatRing(region.outline), grid, (from, upTo) => isKnown.fill(1, from, upTo));
    alongRing(flatRing(region.outline), grid, KNOWN_REACH, (i) => (isKnown[i] = 1));
  }
  return near(marks, 0).flatMap((mark) => {
    const isIn = new Uint8Array(need.length);
    fillRing(flatRing(mark.outline), grid, (from, upTo) => isIn.fill(1, from, upTo));
    for (const hole of mark.holes) fillRing(flatRing(hole), grid, (from, upTo) => isIn.fill(0, from, upTo));
    let cells = 0;
    for (let i = 0; i < need.length; i += 1)
      if (isIn[i] === 1 && isKnown[i] === 0 && need[i] !== OUTSIDE && mark.quality < need[i]!) cells += 1;
    const areaMm2 = cells * grid.cell ** 2;
    if (areaMm2 < LEAST_MARK) return [];
    const { class: kind, outline, holes, quality, doubt } = mark;
    return [{ class: kind, outline, holes, quality, doubt, areaMm2: Math.round(areaMm2 * 10) / 10 }];
  });
}

function middleOf({ minX, minY, cell, columns }: CellGrid, index: number): [number, number] {
  return [minX + ((index % columns) + 0.5) * cell, minY + (Math.floor(index / columns) + 0.5) * cell];
}

/** Every cell whose middle lies within `reach` of the ring, some twice. */
function alongRing(
  ring: FlatRing,
  { minX, minY, cell, columns, rows }: CellGrid,
  reach: number,
  visit: (index: number) => void,
): void {
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [ax, ay, bx, by] = [ring[j]!, ring[j + 1]!, ring[i]!, ring[i + 1]!];
    const length2 = (bx - ax) ** 2 + (by - ay) ** 2;
    const firstRow = Math.max(0, Math.floor((Math.min(ay, by) - reach - minY) / cell));
    const lastRow = Math.min(rows - 1, Math.floor((Math.max(ay, by) + reach - minY) / cell));
    const firstColumn = Math.max(0, Math.floor((Math.min(ax, bx) - reach - minX) / cell));
    const lastColumn = Math.min(columns - 1, Math.floor((Math.max(ax, bx) + reach - minX) / cell));
    for (let row = firstRow; row <= lastRow; row += 1)
      for (let column = firstColumn; column <= lastColumn; column += 1) {
        const x = minX + (column + 0.5) * cell;
        const y = minY + (row + 0.5) * cell;
        const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length2));
        if ((ax + t * (bx - ax) - x) ** 2 + (ay + t * (by - ay) - y) ** 2 <= reach * reach)
          visit(row * columns + column);
      }
  }
}
