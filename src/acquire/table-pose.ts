import { MOST_DRIFT, MOST_RESIDUAL } from '#domain/table-limits.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { LEAST_MARKERS, type TableMarkers } from '#domain/calibration.ts';
import { isSameShape } from '#geometry/lens.ts';
import { distances, printedCorners, type SeenMarker } from '#geometry/marker-places.ts';
import {
  fitHomography,
  homographySpread,
  invertHomography,
  mapPoint,
  multiply,
  type Homography,
} from '#geometry/plane-homography.ts';
import type { Size } from './scan-limits.ts';

/** Where the table lies in a picture. */
export interface TablePose {
  /** Picture pixels to table mm. */
  readonly toMm: Homography;
  /** What the table was found by. Four corners that a person set fit exactly. */
  readonly by: 'markers' | 'corners';
  /** Distances between where the corners of the markers are and where the fit puts them, mm; null where no marker says. */
  readonly residual: { readonly rms: number; readonly max: number } | null;
  /** Box round the markers, or the rectangle of the corners, mm: the part of the table that a straightened scan shows. */
  readonly box: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
  /** mm that a pixel covers in the middle of the box. */
  readonly mmPerPx: number;
  /** Largest distance between a marker's place and where calibration saw it; null where none can say. */
  readonly drift: number | null;
  /** Markers that are not seen, where those that are do not tell how their side lies: `toMm` is the calibration's own. */
  readonly hiddenSide?: readonly number[];
}

/** Finds the table from the markers seen. Markers are taken to lie upright in the table frame. With four markers a fit
 *  follows one that was moved by a few mm, and only its own shape tells: the residual then grows by about a twelfth of the
 *  way; a fifth marker, or the drift against the calibration's own homography, tells at once. `picture` is the size of what
 *  they were seen in: the calibration's pixels may be others.
 *  Where all that is seen lies on one side, the other is off by many times what the markers are: there the camera counts as
 *  standing where it was calibrated, as long as the markers that are seen say so.
 *  @throws KerfError ACQUIRE_MARKERS_NOT_SEEN, ACQUIRE_MARKERS_ON_A_LINE, ACQUIRE_MARKERS_DO_NOT_FIT, ACQUIRE_MARKERS_ONE_SIDED */
export function findTable(seen: readonly SeenMarker[], table: TableMarkers, picture: Size): TablePose {
  const found = table.tableMarkers.flatMap((marker) => {
    const match = seen.find(({ id }) => id === marker.id);
    return match === undefined ? [] : [{ ...marker, corners: match.corners }];
  });
  const missing = table.tableMarkers.filter(({ id }) => !found.some((marker) => marker.id === id)).map(({ id }) => id);
  if (found.length < LEAST_MARKERS) {
    const others = seen.filter(({ id }) => !table.tableMarkers.some((marker) => marker.id === id)).map(({ id }) => id);
    const instead =
      others.length < LEAST_MARKERS
        ? ''
        : ` Others are seen instead (${others.join(', ')}): is "${table.id}" the calibration of this table?`;
    throw new KerfError(
      'ACQUIRE_MARKERS_NOT_SEEN',
      `${found.length} of the table's ${table.tableMarkers.length} markers are seen, ${LEAST_MARKERS} are needed; not seen: ${missing.join(', ')}. Uncover them, clean them, and light the table evenly.${instead}`,
      { details: { seenCount: found.length, neededCount: LEAST_MARKERS, missing: missing.join(',') } },
    );
  }
  const from = found.flatMap(({ corners }) => corners);
  const to = found.flatMap(printedCorners);
  const toMm = fitHomography(from, to);
  if (toMm === null) {
    throw new KerfError(
      'ACQUIRE_MARKERS_ON_A_LINE',
      `The places of the table's markers in calibration "${table.id}" do not span an area. Expected four markers near the corners of the table: measure them again.`,
      { details: { calibration: table.id } },
    );
  }
  const residual = residualOf(toMm, from, to);
  if (!(residual.max <= MOST_RESIDUAL)) {
    const worst = found[Math.floor(distances(toMm, from, to).indexOf(residual.max) / 4)]?.id ?? -1;
    throw new KerfError(
      'ACQUIRE_MARKERS_DO_NOT_FIT',
      `The markers are up to ${residual.max.toFixed(2)} mm from where calibration "${table.id}" has them (worst: marker ${worst}); at most ${MOST_RESIDUAL} mm is taken. Check that none was moved or turned, that the lens is calibrated, then calibrate the table again.`,
      { details: { max: residual.max, rms: residual.rms, most: MOST_RESIDUAL, marker: worst } },
    );
  }
  // Of all markers, seen or not: every scan of a table shows the same part of it.
  const reach = (of: (marker: (typeof table.tableMarkers)[number]) => number) => table.tableMarkers.map(of);
  const box = {
    minX: Math.min(...reach(({ x, size }) => x - size / 2)),
    minY: Math.min(...reach(({ y, size }) => y - size / 2)),
    maxX: Math.max(...reach(({ x, size }) => x + size / 2)),
    maxY: Math.max(...reach(({ y, size }) => y + size / 2)),
  };
  const calibrated = calibratedToMm(table, picture);
  const drift = calibrated === null ? null : residualOf(calibrated, from, to).max;
  const pose = { by: 'markers', box, mmPerPx: middleScale(toMm, from), drift } as const;
  const unsure = unsureBy({ toMm, from, to, box, picture });
  if (unsure <= MOST_RESIDUAL) return { ...pose, toMm, residual };
  if (calibrated === null || !(drift! <= MOST_DRIFT)) throw oneSided(table, found, missing, unsure);
  return { ...pose, toMm: calibrated, residual: residualOf(calibrated, from, to), hiddenSide: missing };
}

function residualOf(toMm: Homography, from: readonly number[], to: readonly number[]): { rms: number; max: number } {
  const off = distances(toMm, from, to);
  return { rms: Math.sqrt(off.reduce((sum, d) => sum + d * d, 0) / off.length), max: Math.max(...off) };
}

/** What corners of markers are off by at the least, in pixels, however well four of them happen to fit. */
const LEAST_NOISE_PX = 0.05;

/** Places of the box across and down at which it is asked how sure the fit is. */
const ASKED = 5;

/** How far the fit may be off, mm (root mean square), where that is most, of the part of the box that the picture shows. */
function unsureBy({
  toMm,
  from,
  to,
  box,
  picture,
}: Pick<TablePose, 'toMm' | 'box'> & { from: readonly number[]; to: readonly number[]; picture: Size }): number {
  const toPx = invertHomography(toMm);
  const spread = homographySpread(toMm, from, to);
  const squares = distances(toMm, from, to).reduce((sum, d) => sum + d * d, 0);
  const noise = Math.max(Math.sqrt(squares / Math.max(1, from.length - 8)), LEAST_NOISE_PX * middleScale(toMm, from));
  let most = 0;
  for (let i = 0; i < ASKED; i += 1)
    for (let j = 0; j < ASKED; j += 1) {
      const x = box.minX + (i / (ASKED - 1)) * (box.maxX - box.minX);
      const y = box.minY + (j / (ASKED - 1)) * (box.maxY - box.minY);
      const [u, v] = mapPoint(toPx, x, y);
      if (u >= 0 && v >= 0 && u <= picture.widthPx && v <= picture.heightPx)
        most = Math.max(most, noise * spread(u, v));
    }
  return most;
}

function oneSided(
  table: TableMarkers,
  found: TableMarkers['tableMarkers'],
  missing: readonly number[],
  unsure: number,
): KerfError {
  return new KerfError(
    'ACQUIRE_MARKERS_ONE_SIDED',
    `The markers that are seen (${found.map(({ id }) => id).join(', ')}) lie too much on one side to tell where the rest of the table lies: it may be ${unsure.toFixed(1)} mm off, at most ${MOST_RESIDUAL} mm is taken. Uncover ${missing.length === 0 ? 'others' : missing.join(', ')}, or spread the markers to the corners of the table, and calibrate it ("${table.id}") with all of them in sight.`,
    { details: { unsure, most: MOST_RESIDUAL, missing: missing.join(',') } },
  );
}

/** Side of the square, mm, that has the area of one pixel amid the points. */
export function middleScale(toMm: Homography, points: readonly number[]): number {
  const count = points.length / 2;
  const u = points.reduce((sum, value, i) => sum + (i % 2 === 0 ? value : 0), 0) / count;
  const v = points.reduce((sum, value, i) => sum + (i % 2 === 1 ? value : 0), 0) / count;
  const [x, y] = mapPoint(toMm, u, v);
  const [rightX, rightY] = mapPoint(toMm, u + 1, v);
  const [downX, downY] = mapPoint(toMm, u, v + 1);
  return Math.sqrt(Math.abs((rightX - x) * (downY - y) - (rightY - y) * (downX - x)));
}

/** Where calibration saw the table, for pixels of this picture. Null where it saw none, or in a picture of another shape:
 *  its pixels say nothing of this one's. */
function calibratedToMm(table: TableMarkers, picture: Size): Homography | null {
  const { toMm, widthPx, heightPx } = table;
  if (!toMm) return null;
  // A bare list of markers with a homography is of the pictures that it is used on.
  if (widthPx === undefined || heightPx === undefined) return toMm;
  if (!isSameShape(table, picture)) return null;
  return multiply(toMm, [widthPx / picture.widthPx, 0, 0, 0, heightPx / picture.heightPx, 0, 0, 0, 1]);
}
