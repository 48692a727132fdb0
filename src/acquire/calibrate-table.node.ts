import { MOST_RESIDUAL } from '#domain/table-limits.ts';
import { basename } from 'node:path';
import type { Calibration, Lens, TableMarkers } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Clock } from '#domain/ports.ts';
import { residualOf } from './fit-lens.ts';
import { lensFor } from '#geometry/lens.ts';
import { distances, printedCorners, straightMarkers } from '#geometry/marker-places.ts';
import type { Homography } from '#geometry/plane-homography.ts';
import { readPictureHeader } from './picture-header.node.ts';
import { poseOf } from './raise-plane.ts';
import { seeMarkers, type RectifyOptions } from './rectify-table.node.ts';
import { findTable, middleScale } from './table-pose.ts';

/** Tells a calibrated camera where the table lies, from one picture of the empty table and the measured places of its
 *  markers. Later scans measure their drift against it. What the lens leaves is looked at here once more: four markers in
 *  the corners follow a wrong lens, and a sheet near the camera shows its pixels small.
 *  @throws KerfError ACQUIRE_CAMERA_OTHER, ACQUIRE_LENS_UNFIT, those of the picture, and of the markers (see findTable) */
export async function calibrateTable(
  picture: string,
  options: RectifyOptions & {
    readonly camera: Calibration;
    readonly markers: TableMarkers['tableMarkers'];
    readonly clock: Clock;
  },
): Promise<Calibration> {
  const { camera, markers, clock } = options;
  const { widthPx, heightPx } = await readPictureHeader(picture);
  const lens = lensOf(camera, { picture, widthPx, heightPx });
  const seen = straightMarkers(await seeMarkers({ image: picture, widthPx, heightPx }, options), lens);
  const table = findTable(seen, { kerf: 1, id: camera.id, tableMarkers: markers }, { widthPx, heightPx });
  const off = seen.flatMap(({ id, corners }) => {
    const marker = markers.find((m) => m.id === id);
    return marker === undefined ? [] : distances(table.toMm, corners, printedCorners(marker));
  });
  // Whoever finds the table by its markers again goes by them.
  const { tableCorners: _, ...known } = camera;
  return withFitLens({
    ...known,
    source: basename(picture),
    pose: poseNumbers(table.toMm, lens),
    toMm: table.toMm,
    planeHeight: 0,
    tableMarkers: markers,
    residual: residualOf(off),
    takenAt: clock.now(),
  });
}

/** What the lens leaves amid the table of a calibration, mm (95 of 100 places); null where that knows no table, or is older
 *  than this. */
export function lensResidualOn({ lensResidualPx, toMm, widthPx, heightPx }: Calibration): number | null {
  if (lensResidualPx === undefined || toMm === null) return null;
  return lensResidualPx.p95 * middleScale(toMm, [widthPx / 2, heightPx / 2]);
}

/** @throws KerfError ACQUIRE_LENS_UNFIT */
export function withFitLens(calibration: Calibration): Calibration {
  const left = lensResidualOn(calibration);
  if (left === null || left <= MOST_RESIDUAL) return calibration;
  const { p95 } = calibration.lensResidualPx!;
  throw new KerfError(
    'ACQUIRE_LENS_UNFIT',
    `The lens of camera "${calibration.id}" fits its pictures within ${p95.toFixed(2)} px, which is ${left.toFixed(2)} mm on this table (95 of 100 places); at most ${MOST_RESIDUAL} mm is taken. Calibrate the camera again, with a sheet that is flatter and pictures that are sharper, or with a larger sheet at the table's distance.`,
    { details: { p95: left, p95Px: p95, most: MOST_RESIDUAL } },
  );
}

/** The lens of a camera for a picture of its own size. @throws KerfError ACQUIRE_CAMERA_OTHER */
export function lensOf(
  camera: Calibration,
  { picture, widthPx, heightPx }: { readonly picture: string; readonly widthPx: number; readonly heightPx: number },
): Lens {
  const lens = lensFor(camera, { widthPx, heightPx });
  if (lens !== null && camera.widthPx === widthPx) return lens;
  throw new KerfError(
    'ACQUIRE_CAMERA_OTHER',
    `${picture}: found ${widthPx} x ${heightPx} px, expected ${camera.widthPx} x ${camera.heightPx} px as camera "${camera.id}" gives. Take it with that camera at that setting, or calibrate this one.`,
    { details: { picture: basename(picture), widthPx, heightPx, camera: camera.id } },
  );
}

/** `pose` of calibration.json. */
export function poseNumbers(toMm: Homography, lens: Lens): Calibration['pose'] {
  const { rotation: r, shift: t } = poseOf(toMm, lens);
  return [r[0]!, r[1]!, r[2]!, t[0], r[3]!, r[4]!, r[5]!, t[1], r[6]!, r[7]!, r[8]!, t[2]];
}
