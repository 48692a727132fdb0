import { basename } from 'node:path';
import type { Calibration, TableMarkers } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Clock } from '#domain/ports.ts';
import { residualOf } from './fit-lens.ts';
import { lensFor, straightenPoint } from './lens.ts';
import { mapPoint } from './plane-homography.ts';
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
  const lens = lensFor({ ...camera, tableMarkers: markers }, { widthPx, heightPx });
  if (lens === null || camera.widthPx !== widthPx) {
    throw new KerfError(
      'ACQUIRE_CAMERA_OTHER',
      `${picture}: found ${widthPx} x ${heightPx} px, expected ${camera.widthPx} x ${camera.heightPx} px as camera "${camera.id}" gives. Take it with that camera at that setting, or calibrate this one.`,
      { details: { picture: basename(picture), widthPx, heightPx, camera: camera.id } },
    );
  }
  const seen = (await seeMarkers({ image: picture, widthPx, heightPx }, options)).map(({ id, corners }) => ({
    id,
    corners: corners.flatMap((u, i) => (i % 2 === 0 ? straightenPoint(lens, u, corners[i + 1]!) : [])),
  }));
  const table = findTable(seen, { kerf: 1, id: camera.id, tableMarkers: markers });
  const { rotation: r, shift: t } = poseOf(table.toMm, lens);
  const off = seen.flatMap(({ id, corners }) => {
    const marker = markers.find((m) => m.id === id);
    if (marker === undefined) return [];
    const half = marker.size / 2;
    const there = [-half, half, half, half, half, -half, -half, -half];
    return [0, 2, 4, 6].map((i) => {
      const [x, y] = mapPoint(table.toMm, corners[i]!, corners[i + 1]!);
      return Math.hypot(x - marker.x - there[i]!, y - marker.y - there[i + 1]!);
    });
  });
  return {
    ...camera,
    source: basename(picture),
    pose: [r[0]!, r[1]!, r[2]!, t[0], r[3]!, r[4]!, r[5]!, t[1], r[6]!, r[7]!, r[8]!, t[2]],
    toMm: table.toMm,
    planeHeight: 0,
    tableMarkers: markers,
    residual: residualOf(off),
    takenAt: clock.now(),
  };
}
