import type { Lens, TableMarkers } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { TableCorners } from '#domain/table-corners.ts';
import { cornersFault, cornersToMm, scaledCorners, type CornersFault } from '#geometry/corner-plane.ts';
import { isSameShape } from '#geometry/lens.ts';
import { markerOff, measuredOff, type SeenMarker } from '#geometry/marker-places.ts';
import type { Homography } from '#geometry/plane-homography.ts';
import type { Size } from './scan-limits.ts';
import { middleScale, type TablePose } from './table-pose.ts';

interface Seen {
  readonly picture: Size;
  readonly lens: Lens | null;
  /** Freed of the lens's bend. */
  readonly markers: readonly SeenMarker[];
  readonly calibration: Pick<TableMarkers, 'tableMarkers'>;
}

/** The table by the four corners that a person set in an earlier picture. Markers do not move it: those whose places were
 *  measured give a residual, those that stood there when the corners were set the drift since.
 *  @throws KerfError ACQUIRE_CAMERA_OTHER, ACQUIRE_CORNERS_REFUSED */
export function poseOfCorners(set: TableCorners, { picture, lens, markers, calibration }: Seen): TablePose {
  if (!isSameShape(set, picture))
    throw new KerfError(
      'ACQUIRE_CAMERA_OTHER',
      `Found a picture of ${picture.widthPx} x ${picture.heightPx} px, expected the shape of ${set.widthPx} x ${set.heightPx} px in which the table's corners were set. Set them again in a picture of this camera.`,
      { details: { widthPx: picture.widthPx, heightPx: picture.heightPx } },
    );
  const corners = scaledCorners(set.corners, picture.widthPx / set.widthPx, picture.heightPx / set.heightPx);
  const { width, height } = set;
  const toMm = toMmOf({ corners, width, height }, picture, lens);
  const drifts = set.landmarks.flatMap((landmark) => markerOff(landmark.id, landmark.corners, markers, toMm));
  return {
    toMm,
    by: 'corners',
    residual: measuredOff(calibration.tableMarkers, markers, toMm),
    box: { minX: 0, minY: 0, maxX: width, maxY: height },
    mmPerPx: middleScale(toMm, corners.flat()),
    drift: drifts.length === 0 ? null : Math.max(...drifts),
  };
}

/** Straight pixels to table mm. @throws KerfError ACQUIRE_CORNERS_REFUSED with what is wrong with the corners */
export function toMmOf(
  set: Pick<TableCorners, 'corners' | 'width' | 'height'>,
  picture: Size,
  lens: Lens | null,
): Homography {
  const fault = cornersFault(set, picture, lens);
  const toMm = fault === null ? cornersToMm(set, lens) : null;
  if (toMm === null) throw refused(fault ?? 'crossing');
  return toMm;
}

/** Markers that lie on the table as far as a calibration knows: in a scan they are no material. */
export function markersOn({ tableMarkers, tableCorners }: TableMarkers): TableMarkers['tableMarkers'] {
  const others = (tableCorners?.landmarks ?? []).filter(({ id }) => !tableMarkers.some((marker) => marker.id === id));
  return [
    ...tableMarkers,
    ...others.map(({ id, corners }) => {
      const [xs, ys] = [0, 1].map((odd) => corners.filter((_, i) => i % 2 === odd)) as [number[], number[]];
      const middle = (values: readonly number[]) => values.reduce((sum, value) => sum + value / 4, 0);
      return { id, x: middle(xs), y: middle(ys), size: Math.max(...xs) - Math.min(...xs) };
    }),
  ];
}

const REMEDIES: Readonly<Record<CornersFault, string>> = {
  size: 'no table has such sides; expected millimetres, 150 to 20000',
  outside: 'a corner lies outside the picture',
  crossing:
    'the sides cross, or three corners lie on a line; expected lower left, lower right, upper right, upper left',
  mirrored:
    'they go round the wrong way, and what is cut would be mirrored; expected lower left, lower right, upper right, upper left',
  tiny: 'the table fills less than a fiftieth of the picture, or a side is shorter than 64 px',
  steep: 'the table is seen too much aslant',
};

function refused(fault: CornersFault): KerfError {
  return new KerfError('ACQUIRE_CORNERS_REFUSED', `The table's corners can't be so: ${REMEDIES[fault]}.`, {
    details: { fault },
  });
}
