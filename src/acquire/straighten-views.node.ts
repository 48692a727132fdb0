import type { FlatField, Lens, TableMarkers } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Scan } from '#domain/scan.ts';
import { isSameShape, lensFor, straightenPoint } from './lens.ts';
import type { Homography } from './plane-homography.ts';
import { mapPoint } from './plane-homography.ts';
import { raisePlane } from './raise-plane.ts';
import { seeMarkers, straightenPicture, type RectifyOptions } from './rectify-table.node.ts';
import type { PlaneSource } from './rectify-jobs.ts';
import { outToSource } from './sample-plane.ts';
import { checkExtent, checkPixels, checkTable, tileSide, type Size } from './scan-limits.ts';
import { overlapPairs, seamFlag, seamOf } from './seams.node.ts';
import { findTable, MOST_DRIFT, type SeenMarker, type TablePose } from './table-pose.ts';

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
 *  @throws KerfError ACQUIRE_MARKERS_…, ACQUIRE_SEAMS_APART, ACQUIRE_THICKNESS_NEEDS_CAMERA, ACQUIRE_SCALE_INVALID */
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
      ...posed.map(({ pose }) => residualFlag(pose)),
      ...(seam === null ? [] : [seamFlag(seam)]),
      ...(drift !== null && drift > MOST_DRIFT ? [driftFlag(drift)] : []),
      ...(posed.some(({ view, flat }) => view.calibration.flat && flat === null) ? [OTHER_SHAPE] : []),
      ...(unseenShare > 0 ? [{ kind: 'unseen', message: UNSEEN, value: unseenShare }] : []),
    ],
  };
}

const UNSEEN = 'Part of the table is not in the picture and was filled white.';

async function poseView(view: TableView, { thickness, signal }: StraightenOptions): Promise<PosedView> {
  const { calibration, ...picture } = view;
  checkTable(calibration);
  const lens = lensFor(calibration, picture);
  if (thickness && lens === null) throw thicknessNeedsCamera(calibration);
  const flat = isSameShape(calibration, picture) ? (calibration.flat ?? null) : null;
  const seen = await seeMarkers(picture, { signal });
  const markers = lens === null ? seen : straightMarkers(seen, lens);
  const pose = findTable(markers, calibration);
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

function straightMarkers(seen: readonly SeenMarker[], lens: Lens): SeenMarker[] {
  return seen.map(({ id, corners }) => ({
    id,
    corners: corners.flatMap((u, i) => (i % 2 === 0 ? straightenPoint(lens, u, corners[i + 1]!) : [])),
  }));
}

const OTHER_SHAPE = {
  kind: 'light',
  message: 'The picture has another shape than the camera was calibrated at, so its light was not evened.',
};

function residualFlag({ residual: { rms, max } }: TablePose): Scan['flags'][number] {
  const message = `The table's markers fit within ${max.toFixed(2)} mm (rms ${rms.toFixed(2)} mm).`;
  return { kind: 'residual', message, value: max };
}

function driftFlag(drift: number): Scan['flags'][number] {
  return {
    kind: 'drift',
    message: `A marker of the table is seen ${drift.toFixed(1)} mm from where calibration saw it; at most ${MOST_DRIFT} mm is usual. Camera or marker has moved: the scan follows the markers, so check them, then calibrate the table again.`,
    value: drift,
  };
}

function thicknessNeedsCamera({ id }: TableMarkers): KerfError {
  return new KerfError(
    'ACQUIRE_THICKNESS_NEEDS_CAMERA',
    `Calibration "${id}" knows no lens for a picture of this shape, so the height of the material's upper side can't be allowed for. Calibrate the camera (kerf calibrate camera), or leave the thickness out.`,
    { details: { calibration: id } },
  );
}
