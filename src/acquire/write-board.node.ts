import PDFDocument from 'pdfkit';
import type { Board } from '#domain/calibration.ts';
import { boardSquares, PAPERS } from './charuco-board.ts';
import { loadOpenCv } from './opencv.node.ts';

const POINTS_PER_MM = 72 / 25.4;

/** Bits of a marker of the sheet and one black cell on each side. */
const CELLS = 7;

/** Length of the ruler under the squares, mm. */
const RULER = 100;

/** The calibration sheet as a PDF of one page: squares and markers as vectors in true size, with a ruler to check that the
 *  printer kept it. */
export async function boardPdf(board: Board, paper: string): Promise<Uint8Array> {
  const size = PAPERS[paper]!;
  const bits = await markerBits(Math.floor((board.columns * board.rows) / 2));
  const left = (size.width - board.columns * board.square) / 2;
  const top = (size.height - board.rows * board.square) / 2;
  const page = new PDFDocument({
    size: [size.width * POINTS_PER_MM, size.height * POINTS_PER_MM],
    margin: 0,
    info: { Title: 'Kerf calibration sheet', Creator: 'Kerf' },
  });
  const chunks: Buffer[] = [];
  page.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    page.on('end', resolve);
    page.on('error', reject);
  });
  page.scale(POINTS_PER_MM);
  const { black, markers } = boardSquares(board);
  for (const [x, y] of black) page.rect(left + x, top + y, board.square, board.square);
  const cell = board.marker / CELLS;
  markers.forEach(([x, y], id) => {
    for (const run of blackRuns(bits[id]!)) {
      page.rect(left + x + run.column * cell, top + y + run.row * cell, run.length * cell, cell);
    }
  });
  page.fill('#000000');
  const foot = size.height - 6;
  page
    .rect(left, foot - 1, RULER, 0.4)
    .rect(left, foot - 2.5, 0.2, 3)
    .rect(left + RULER - 0.2, foot - 2.5, 0.2, 3);
  page.fill('#000000');
  page
    .font('Helvetica')
    .fontSize(3.2)
    .text(
      `Print at 100 %, glue it flat on something stiff. This line is ${RULER} mm long: measure it; if it is not, measure a square and say --square. Kerf ${board.dictionary}, ${board.columns} x ${board.rows}, square ${board.square} mm, marker ${board.marker} mm.`,
      left + RULER + 4,
      foot - 4.5,
      { width: size.width - 2 * left - RULER - 4, lineBreak: true },
    );
  page.end();
  await ended;
  return Buffer.concat(chunks);
}

/** Cells of each marker row by row, 1 is white. */
async function markerBits(count: number): Promise<Uint8Array[]> {
  const cv = await loadOpenCv();
  const dictionary = cv.getPredefinedDictionary(cv.DICT_5X5_100);
  const out = new cv.Mat();
  try {
    return Array.from({ length: count }, (_, id) => {
      dictionary.generateImageMarker(id, CELLS, out, 1);
      return Uint8Array.from(out.data, (value) => (value > 0 ? 1 : 0));
    });
  } finally {
    out.delete();
    dictionary.delete();
  }
}

/** Neighbouring black cells of a row as one: between two rectangles a viewer may draw a hairline. */
function blackRuns(bits: Uint8Array): { row: number; column: number; length: number }[] {
  const runs: { row: number; column: number; length: number }[] = [];
  for (let row = 0; row < CELLS; row += 1) {
    for (let column = 0; column < CELLS; column += 1) {
      if (bits[row * CELLS + column] === 1) continue;
      const last = runs.at(-1);
      if (last?.row === row && last.column + last.length === column) last.length += 1;
      else runs.push({ row, column, length: 1 });
    }
  }
  return runs;
}
