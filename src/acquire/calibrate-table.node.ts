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
import { findTable } from './table-pose.ts';

/** Tells a calibrated camera where the table lies, from one picture of the empty table and the measured places of its
 *  markers. Later scans measure their drift against it.
 *  @throws KerfError ACQUIRE_CAMERA_OTHER, those of the picture, and of the markers (see findTable) */
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
  return {
    ...known,
    source: basename(picture),
    pose: poseNumbers(table.toMm, lens),
    toMm: table.toMm,
    planeHeight: 0,
    tableMarkers: markers,
    residual: residualOf(off),
    takenAt: clock.now(),
  };
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
