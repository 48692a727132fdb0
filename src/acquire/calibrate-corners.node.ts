import { basename } from 'node:path';
import type { Calibration, TableMarkers } from '#domain/calibration.ts';
import type { Clock } from '#domain/ports.ts';
import { lensOf, poseNumbers, withFitLens } from './calibrate-table.node.ts';
import { toMmOf } from './corner-pose.ts';
import { readPictureHeader } from './picture-header.node.ts';
import { seeMarkers, type RectifyOptions } from './rectify-table.node.ts';
import { setCorners, type CornersWish } from './set-corners.ts';

interface CornersOptions extends RectifyOptions, CornersWish {
  readonly id: string;
  /** Its lens is taken out; without it the picture is taken to be without bend. */
  readonly camera: Calibration | null;
  /** Markers whose places were measured: they check the corners. */
  readonly markers: TableMarkers['tableMarkers'];
  readonly clock: Clock;
}

/** Tells where the table lies by its four corners in a picture: a whole calibration where the camera has one, else the part
 *  that a scan needs.
 *  @throws KerfError ACQUIRE_CAMERA_OTHER, ACQUIRE_LENS_UNFIT, ACQUIRE_CORNERS_REFUSED, ACQUIRE_PICTURE_MIRRORED, and those of the picture */
export async function calibrateCorners(picture: string, options: CornersOptions): Promise<Calibration | TableMarkers> {
  const { camera, markers, clock, id } = options;
  const { widthPx, heightPx } = await readPictureHeader(picture);
  const source = basename(picture);
  const lens = camera && lensOf(camera, { picture, widthPx, heightPx });
  const seen = await seeMarkers({ image: picture, widthPx, heightPx }, options);
  const takenAt = clock.now();
  const known = markers.length > 0 ? markers : (camera?.tableMarkers ?? []);
  const tableCorners = setCorners(options, { widthPx, heightPx, source, takenAt, lens, seen, known }, clock);
  if (camera === null || lens === null) return { kerf: 1, id, tableMarkers: known, tableCorners };
  const toMm = toMmOf(options, { widthPx, heightPx }, lens);
  const pose = poseNumbers(toMm, lens);
  return withFitLens({ ...camera, source, pose, toMm, planeHeight: 0, tableMarkers: known, takenAt, tableCorners });
}
