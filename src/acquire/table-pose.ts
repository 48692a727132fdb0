import { KerfError } from '#domain/kerf-error.ts';
import { LEAST_MARKERS, type TableMarkers } from '#domain/calibration.ts';
import { isSameShape } from '#geometry/lens.ts';
import { distances, printedCorners, type SeenMarker } from '#geometry/marker-places.ts';
import { fitHomography, mapPoint, type Homography } from '#geometry/plane-homography.ts';
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
}

/** Drift that is said aloud, mm: the camera or a marker has moved since the table was calibrated. */
export const MOST_DRIFT = 0.5;

/** Largest residual with which a picture is straightened, mm: it is part of what the cutter will be off. */
export const MOST_RESIDUAL = 0.5;

/** Finds the table from the markers seen. Markers are taken to lie upright in the table frame. With four markers a fit
 *  follows one that was moved by a few mm, and only its own shape tells: the residual then grows by about a twelfth of the
 *  way; a fifth marker, or the drift against the calibration's own homography, tells at once. `picture` is the size of what
 *  they were seen in: the calibration's pixels may be others.
 *  @throws KerfError ACQUIRE_MARKERS_NOT_SEEN, ACQUIRE_MARKERS_ON_A_LINE, ACQUIRE_MARKERS_DO_NOT_FIT */
export function findTable(seen: readonly SeenMarker[], table: TableMarkers, picture: Size): TablePose {
  const found = table.tableMarkers.flatMap((marker) => {
    const match = seen.find(({ id }) => id === marker.id);
    return match === undefined ? [] : [{ ...marker, corners: match.corners }];
  });
  if (found.length < LEAST_MARKERS) {
    const missing = table.tableMarkers
      .filter(({ id }) => !found.some((marker) => marker.id === id))
      .map(({ id }) => id);
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
  const off = distances(toMm, from, to);
  const residual = { rms: Math.sqrt(off.reduce((sum, d) => sum + d * d, 0) / off.length), max: Math.max(...off) };
  if (!(residual.max <= MOST_RESIDUAL)) {
    const worst = found[Math.floor(off.indexOf(residual.max) / 4)]?.id ?? -1;
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
  return {
    toMm,
    by: 'markers',
    residual,
    box,
    mmPerPx: middleScale(toMm, from),
    drift: driftOf(table, picture, from, to),
  };
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

/** Null where the calibration saw no table, or in a picture of another shape: its pixels say nothing of this one's. */
function driftOf(table: TableMarkers, picture: Size, from: readonly number[], to: readonly number[]): number | null {
  const { toMm, widthPx, heightPx } = table;
  if (!toMm) return null;
  // A bare list of markers with a homography is of the pictures that it is used on.
  if (widthPx === undefined || heightPx === undefined) return Math.max(...distances(toMm, from, to));
  if (!isSameShape(table, picture)) return null;
  const [across, down] = [widthPx / picture.widthPx, heightPx / picture.heightPx];
  const asCalibrated = from.map((value, i) => value * (i % 2 === 0 ? across : down));
  return Math.max(...distances(toMm, asCalibrated, to));
}
