import { MOST_DRIFT } from '#domain/table-limits.ts';
import type { FlatField, Lens, TableMarkers } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Scan } from '#domain/scan.ts';
import { isSameShape, lensFor } from '#geometry/lens.ts';
import { straightMarkers, type SeenMarker } from '#geometry/marker-places.ts';
import type { Homography } from '#geometry/plane-homography.ts';
import { mapPoint } from '#geometry/plane-homography.ts';
import { raisePlane } from './raise-plane.ts';
import { poseOfCorners } from './corner-pose.ts';
import { seeMarkers, straightenPicture, type RectifyOptions } from './rectify-table.node.ts';
import type { PlaneSource } from './rectify-jobs.ts';
import { outToSource } from './sample-plane.ts';
import { checkExtent, checkPixels, checkTable, tileSide, type Size } from './scan-limits.ts';
import { overlapPairs, seamFlag, seamOf } from './seams.node.ts';
import { findTable, type TablePose } from './table-pose.ts';

/** A scan's picture as it lies on the table. */
export interface Plane extends Size {
  readonly toMm: number[];
  readonly mmPerPx: number;
  /** mm that a pixel of the camera covered. */
  readonly seenMmPerPx: number;
  readonly drift: number | null;
  readonly flags: Scan['flags'];
}

/** A picture that shows the table or part of it. */
export interface TableView extends Size {
  readonly image: string;
  readonly calibration: TableMarkers;
}

export interface StraightenOptions extends RectifyOptions {
  readonly mmPerPx?: number | undefined;
  readonly thickness?: number | undefined;
}

interface PosedView {
  readonly view: TableView;
  readonly lens: Lens | null;
  readonly flat: FlatField | null;
  readonly markers: readonly SeenMarker[];
  readonly pose: TablePose;
  /** Straight pixels to mm of the plane that is scanned. */
  readonly toMm: Homography;
}

/** Straightens one picture, or several that overlap, to the box round the table's markers, and writes that to `out`. Each
 *  picture is placed by the markers that it shows; where they overlap they are blended, after it is measured how far they
 *  lie apart there.
 *  @throws KerfError ACQUIRE_CAMERA_OTHER, ACQUIRE_MARKERS_…, ACQUIRE_SEAMS_APART, ACQUIRE_THICKNESS_NEEDS_CAMERA, ACQUIRE_SCALE_INVALID */
export async function straightenViews(
  views: readonly TableView[],
  out: string,
  options: StraightenOptions,
): Promise<Plane> {
  const { signal } = options;
  const posed: PosedView[] = [];
  for (const view of views) posed.push(await poseView(view, options));
  const finest = Math.min(...posed.map(({ pose }) => pose.mmPerPx));
  const mmPerPx = options.mmPerPx ?? Math.round(finest * 1000) / 1000;
  const { minX, minY, maxX, maxY } = posed[0]!.pose.box;
  const size = { widthPx: Math.ceil((maxX - minX) / mmPerPx), heightPx: Math.ceil((maxY - minY) / mmPerPx) };
  checkExtent(size, mmPerPx);
  checkPixels(size, mmPerPx);
  const sources = posed.map(({ view: { image, widthPx, heightPx }, toMm, lens, flat }): PlaneSource => ({
    ...{ image, widthPx, heightPx, lens, flat },
    toSource: outToSource(toMm, minX, maxY, mmPerPx),
  }));
  const seam =
    sources.length < 2
      ? null
      : await seamOf(sources, overlapPairs(sources, size), mmPerPx, markersApart(posed), { signal });
  const unseenShare = await straightenPicture(
    {
      sources,
      out,
      outWidthPx: size.widthPx,
      outHeightPx: size.heightPx,
      tilePx: tileSide(size),
      samples: Math.min(4, Math.max(1, Math.round(mmPerPx / finest))),
    },
    options,
  );
  const drifts = posed.flatMap(({ pose }) => (pose.drift === null ? [] : [pose.drift]));
  const drift = drifts.length === 0 ? null : Math.max(...drifts);
  return {
    ...size,
    toMm: [mmPerPx, 0, minX, 0, -mmPerPx, maxY, 0, 0, 1],
    mmPerPx,
    seenMmPerPx: finest,
    drift,
    flags: [
      ...posed.flatMap(({ pose }) => foundFlags(pose)),
      ...(seam === null ? [] : [seamFlag(seam)]),
      ...(drift !== null && drift > MOST_DRIFT ? [driftFlag(drift, posed[0]!.pose.by)] : []),
      ...(posed.some(({ view, flat }) => view.calibration.flat && flat === null) ? [OTHER_SHAPE] : []),
      ...(unseenShare > 0 ? [{ kind: 'unseen', message: UNSEEN, value: unseenShare }] : []),
    ],
  };
}

const UNSEEN = 'Part of the table is not in the picture and was filled white.';

async function poseView(view: TableView, { thickness, signal }: StraightenOptions): Promise<PosedView> {
  const { calibration, ...picture } = view;
  const { tableCorners } = calibration;
  if (tableCorners === undefined) checkTable(calibration);
  const lens = lensFor(calibration, picture);
  if (lens === null && calibration.matrix !== undefined) throw otherCamera(calibration, picture);
  if (thickness && lens === null) throw thicknessNeedsCamera(calibration);
  const flat = isSameShape(calibration, picture) ? (calibration.flat ?? null) : null;
  // Where the corners tell, markers only check: without any to look for, none is.
  const isCheckable = calibration.tableMarkers.length + (tableCorners?.landmarks.length ?? 0) > 0;
  const seen = tableCorners === undefined || isCheckable ? await seeMarkers(picture, { signal }) : [];
  const markers = straightMarkers(seen, lens);
  const pose =
    tableCorners === undefined
      ? findTable(markers, calibration, picture)
      : poseOfCorners(tableCorners, { picture, lens, markers, calibration });
  const toMm = lens === null || !thickness ? pose.toMm : raisePlane(pose.toMm, lens, thickness);
  return { view, lens, flat, markers, pose, toMm };
}

/** Distances, mm, between where two pictures put the corners of the same marker. */
function markersApart(posed: readonly PosedView[]): number[] {
  return posed.flatMap((one, i) =>
    posed.slice(i + 1).flatMap((other) =>
      one.markers.flatMap(({ id, corners }) => {
        const there = other.markers.find((marker) => marker.id === id)?.corners;
        if (there === undefined) return [];
        return [0, 2, 4, 6].map((k) => {
          const [x, y] = mapPoint(one.pose.toMm, corners[k]!, corners[k + 1]!);
          const [otherX, otherY] = mapPoint(other.pose.toMm, there[k]!, there[k + 1]!);
          return Math.hypot(x - otherX, y - otherY);
        });
      }),
    ),
  );
}

const OTHER_SHAPE = {
  kind: 'light',
  message: 'The picture has another shape than the camera was calibrated at, so its light was not evened.',
};

/** What the table was found by, and how sure that is. */
function foundFlags({ by, residual, drift, hiddenSide }: TablePose): Scan['flags'] {
  const flags: { kind: string; message: string; value?: number }[] = [];
  if (by === 'corners')
    flags.push({
      kind: 'corners',
      message: 'The table was found by the four corners that a person set; they fit exactly, so they have no residual.',
    });
  if (by === 'corners' && drift === null)
    flags.push({
      kind: 'driftUnknown',
      message:
        'No marker was seen that was there when the corners were set: whether the camera has moved since was not measured.',
    });
  if (hiddenSide)
    flags.push({
      kind: 'driftUnknown',
      message: `The markers that are seen lie on one side of the table. There the camera stands where it was calibrated; the other side goes by the calibration, and whether it still lies so was not measured. Uncover ${hiddenSide.join(', ')} to measure it.`,
    });
  if (residual !== null) {
    const { rms, max } = residual;
    const off = `${max.toFixed(2)} mm (rms ${rms.toFixed(2)} mm)`;
    const message =
      by === 'markers'
        ? `The table's markers fit within ${off}.`
        : `The table's markers lie within ${off} of where the corners put them.`;
    flags.push({ kind: 'residual', message, value: max });
  }
  return flags;
}

function driftFlag(drift: number, by: TablePose['by']): Scan['flags'][number] {
  const seen = `A marker of the table is seen ${drift.toFixed(1)} mm from where`;
  const usual = `at most ${MOST_DRIFT} mm is usual. Camera or marker has moved:`;
  return {
    kind: 'drift',
    message:
      by === 'markers'
        ? `${seen} calibration saw it; ${usual} the scan follows the markers, so check them, then calibrate the table again.`
        : `${seen} it was when the corners were set; ${usual} the scan is off by as much. Set the corners again.`,
    value: drift,
  };
}

/** Without the lens that was calibrated the scan would be bent by millimetres, and nobody told. */
function otherCamera({ id, widthPx, heightPx }: TableMarkers, picture: Size): KerfError {
  const found = `${picture.widthPx} x ${picture.heightPx} px`;
  return new KerfError(
    'ACQUIRE_CAMERA_OTHER',
    `Found a picture of ${found}, expected the shape of ${widthPx} x ${heightPx} px at which the lens of calibration "${id}" was learnt. Set the camera to that, or calibrate it at this one; for strips of a line scan give the markers' places alone.`,
    { details: { widthPx: picture.widthPx, heightPx: picture.heightPx, calibration: id } },
  );
}

function thicknessNeedsCamera({ id }: TableMarkers): KerfError {
  return new KerfError(
    'ACQUIRE_THICKNESS_NEEDS_CAMERA',
    `Calibration "${id}" knows no lens for a picture of this shape, so the height of the material's upper side can't be allowed for. Calibrate the camera (kerf calibrate camera), or leave the thickness out.`,
    { details: { calibration: id } },
  );
}
