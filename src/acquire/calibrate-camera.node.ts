import { MOST_RESIDUAL } from '#domain/table-limits.ts';
import { basename } from 'node:path';
import type { Board, Calibration } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Clock } from '#domain/ports.ts';
import { boardFits, coverageOf, residualOf } from './fit-lens.ts';
import { readPictureHeader } from './picture-header.node.ts';
import { calibrateLens, type RectifyOptions } from './rectify-table.node.ts';
import type { BoardPicture, BoardView } from './rectify-jobs.ts';
import { LEAST_CORNERS, LEAST_VIEWS } from './see-boards.node.ts';

/** Share of the picture that the views together must cover. */
const LEAST_COVERAGE = 0.6;

export interface CameraReport {
  readonly calibration: Calibration;
  /** What each picture gave; `rms` on the board in mm, null where the picture did not count. */
  readonly views: readonly { readonly picture: string; readonly cornerCount: number; readonly rms: number | null }[];
  readonly coverage: number;
}

/** Fits a camera's lens to pictures of the calibration sheet (six or more, held in different places and tilts, sharp, all
 *  of one size). The calibration knows no table yet: pose and homography are null, markers none.
 *  @throws KerfError ACQUIRE_BOARD_PICTURES_DIFFER, ACQUIRE_BOARD_MIRRORED, ACQUIRE_BOARD_NOT_SEEN,
 *  ACQUIRE_BOARD_COVERS_LITTLE, ACQUIRE_LENS_UNFIT, and those of the pictures */
export async function calibrateCamera(
  pictures: readonly string[],
  options: RectifyOptions & { readonly id: string; readonly board: Board; readonly clock: Clock },
): Promise<CameraReport> {
  const { board, clock, id } = options;
  const found = await samePictures(pictures);
  const { views, lens } = await calibrateLens({ pictures: found, board }, options);
  const [{ widthPx, heightPx }] = found;
  const counted = views.filter((view) => view.ids.length >= LEAST_CORNERS);
  if (lens === null) throw tooFew(views, counted.length, board);
  const coverage = coverageOf(counted, widthPx, heightPx);
  if (coverage < LEAST_COVERAGE) {
    throw new KerfError(
      'ACQUIRE_BOARD_COVERS_LITTLE',
      `The calibration sheet was seen in ${Math.round(100 * coverage)} % of the picture, expected ${100 * LEAST_COVERAGE} % or more over all pictures: the lens bends most near the rim. Take more pictures with the sheet in the corners.`,
      { details: { coverage } },
    );
  }
  const fits = boardFits(lens, board, counted);
  const distances = fits.map((fit) => fit && fit.distances);
  const residual = residualOf(distances.flatMap((list) => list ?? []));
  const lensResidualPx = residualOf(fits.flatMap((fit) => fit?.distances.map((mm) => mm / fit.mmPerPx) ?? []));
  if (!(residual.p95 <= MOST_RESIDUAL) || !lens.matrix.every(Number.isFinite)) {
    const worst = distances.reduce((at, list, i) => (rmsOf(list) > rmsOf(distances[at]!) ? i : at), 0);
    throw new KerfError(
      'ACQUIRE_LENS_UNFIT',
      `The lens fits the pictures within ${residual.p95.toFixed(2)} mm (95 of 100 corners), at most ${MOST_RESIDUAL} mm is taken; worst: ${basename(counted[worst]!.image)}. Is the sheet flat and were its squares measured? Leave that picture out, or take sharper ones.`,
      { details: { ...residual, most: MOST_RESIDUAL, picture: basename(counted[worst]!.image) } },
    );
  }
  const takenAt = clock.now();
  return {
    calibration: {
      kerf: 1,
      id,
      source: `${counted.length} pictures`,
      widthPx,
      heightPx,
      ...lens,
      pose: null,
      toMm: null,
      planeHeight: 0,
      board,
      tableMarkers: [],
      residual,
      lensResidualPx,
      takenAt,
    },
    views: views.map((view) => {
      const at = counted.indexOf(view);
      const list = at < 0 ? null : distances[at]!;
      return { picture: basename(view.image), cornerCount: view.ids.length, rms: list && residualOf(list).rms };
    }),
    coverage,
  };
}

function rmsOf(list: readonly number[] | null): number {
  return list === null ? Infinity : residualOf(list).rms;
}

async function samePictures(pictures: readonly string[]): Promise<[BoardPicture, ...BoardPicture[]]> {
  const found: BoardPicture[] = [];
  for (const image of pictures) {
    const { widthPx, heightPx } = await readPictureHeader(image);
    const [first] = found;
    if (first !== undefined && (first.widthPx !== widthPx || first.heightPx !== heightPx)) {
      throw new KerfError(
        'ACQUIRE_BOARD_PICTURES_DIFFER',
        `${image}: found ${widthPx} x ${heightPx} px, expected ${first.widthPx} x ${first.heightPx} px as the first picture: all must come from one camera at one setting.`,
        { details: { picture: basename(image), widthPx, heightPx } },
      );
    }
    found.push({ image, widthPx, heightPx });
  }
  const [first, ...rest] = found;
  if (first === undefined) {
    throw new KerfError('ACQUIRE_BOARD_NOT_SEEN', `No pictures were given; ${LEAST_VIEWS} of the sheet are needed.`);
  }
  return [first, ...rest];
}

function tooFew(views: readonly BoardView[], countedCount: number, board: Board): KerfError {
  const mirrored = views.find((view) => view.isMirrored);
  if (mirrored) {
    return new KerfError(
      'ACQUIRE_BOARD_MIRRORED',
      `${mirrored.image}: the calibration sheet is seen as in a mirror. Turn mirroring off in the camera's settings.`,
      { details: { picture: basename(mirrored.image) } },
    );
  }
  const missing = views.filter((view) => view.ids.length < LEAST_CORNERS).map((view) => basename(view.image));
  return new KerfError(
    'ACQUIRE_BOARD_NOT_SEEN',
    `The calibration sheet (${board.columns} x ${board.rows}) is seen well in ${countedCount} of ${views.length} pictures, ${LEAST_VIEWS} are needed; not in: ${missing.slice(0, 5).join(', ') || 'none'}. Is it the sheet of \`kerf calibrate sheet\` with these columns and rows, sharp, evenly lit, and a quarter of the picture or more?`,
    { details: { seenCount: countedCount, neededCount: LEAST_VIEWS } },
  );
}
