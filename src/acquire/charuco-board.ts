import type { Board } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';

/** The dictionary of the calibration sheet: another than the table's markers (4x4_50), so that neither is taken for the
 *  other when both are in view. */
export const SHEET_DICTIONARY = 'DICT_5X5_100';

/** Papers that sheets are printed on, mm, lying on their long side. */
export const PAPERS: Readonly<Record<string, { readonly width: number; readonly height: number }>> = {
  A4: { width: 297, height: 210 },
  A3: { width: 420, height: 297 },
  A2: { width: 594, height: 420 },
  A1: { width: 841, height: 594 },
  A0: { width: 1189, height: 841 },
};

/** White rim round the squares, mm: printers leave some 5 unprinted, and markers need white about them. */
const RIM = 15;

/** A marker's share of its square, as OpenCV's own boards have it. */
const MARKER_SHARE = 0.75;

/** Most markers that the dictionary holds. */
const MOST_MARKERS = 100;

/** A board that fills a paper with squares of the given side. */
export function boardFor(paper: string, square: number): Board {
  const size = PAPERS[paper];
  if (size === undefined) {
    throw new KerfError(
      'ACQUIRE_PAPER_UNKNOWN',
      `Paper ${JSON.stringify(paper)} is unknown: expected ${Object.keys(PAPERS).join(', ')}.`,
    );
  }
  const columns = Math.floor((size.width - 2 * RIM) / square);
  const rows = Math.floor((size.height - 2 * RIM) / square);
  if (!(columns >= 4 && rows >= 3 && Math.floor((columns * rows) / 2) <= MOST_MARKERS)) {
    throw new KerfError(
      'ACQUIRE_BOARD_UNFIT',
      `Squares of ${square} mm give ${Math.max(0, columns)} x ${Math.max(0, rows)} on ${paper}; expected at least 4 x 3 and at most ${2 * MOST_MARKERS} squares. Choose another size of square or paper.`,
      { details: { paper, square: Number.isFinite(square) ? square : null } },
    );
  }
  return { dictionary: SHEET_DICTIONARY, columns, rows, square, marker: square * MARKER_SHARE };
}

/** Place of the inner corner `id` on the board, mm from its upper left corner, x right, y down. */
export function boardCorner(board: Board, id: number): readonly [number, number] {
  const across = board.columns - 1;
  return [((id % across) + 1) * board.square, (Math.floor(id / across) + 1) * board.square];
}

/** Black squares and the places of the markers, mm from the board's upper left corner, y down. Markers are counted along
 *  the white squares row by row; the upper left square is black. */
export function boardSquares(board: Board): {
  readonly black: readonly (readonly [number, number])[];
  readonly markers: readonly (readonly [number, number])[];
} {
  const black: (readonly [number, number])[] = [];
  const markers: (readonly [number, number])[] = [];
  const inset = (board.square - board.marker) / 2;
  for (let row = 0; row < board.rows; row += 1) {
    for (let column = 0; column < board.columns; column += 1) {
      const x = column * board.square;
      const y = row * board.square;
      if ((row + column) % 2 === 0) black.push([x, y]);
      else markers.push([x + inset, y + inset]);
    }
  }
  return { black, markers };
}

/** Inner corners of a board seen in one picture. */
export interface SeenBoard {
  readonly ids: readonly number[];
  /** Pixels of the picture, flat, centre of the first pixel at (0.5, 0.5). */
  readonly corners: readonly number[];
}
