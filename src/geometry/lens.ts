import type { Lens, TableMarkers } from '#domain/calibration.ts';

/** Rounds of the fixed-point iteration that frees a point of the bend; each gains about a digit. It ends sooner where a
 *  round moves the point by less than `STILL` of the focal length: a millionth of a pixel at most. */
const ROUNDS = 20;
const STILL = 1e-13;

/** Where the bend of a lens lets a straight point (undistorted pixels, same matrix) appear in the picture; null where the
 *  polynomial has turned round: far outside of what calibration saw it would fold back into the picture.
 *  @see Brown 1966, "Decentering distortion of lenses"; OpenCV, "Camera calibration and 3D reconstruction" */
export function bendPoint(lens: Lens, u: number, v: number): [number, number] | null {
  const [fx, , cx, , fy, cy] = lens.matrix as [number, number, number, number, number, number];
  const x = (u - cx) / fx;
  const y = (v - cy) / fy;
  if (x * x + y * y > foldAt(lens)) return null;
  const [bx, by] = bend(lens.distortion, x, y);
  return [bx * fx + cx, by * fy + cy];
}

/** A point of the picture freed of the lens's bend: undistorted pixels. */
export function straightenPoint(lens: Lens, u: number, v: number): [number, number] {
  const [fx, , cx, , fy, cy] = lens.matrix as [number, number, number, number, number, number];
  const wantedX = (u - cx) / fx;
  const wantedY = (v - cy) / fy;
  let x = wantedX;
  let y = wantedY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const [bx, by] = bend(lens.distortion, x, y);
    const [dx, dy] = [wantedX - bx, wantedY - by];
    x += dx;
    y += dy;
    if (Math.abs(dx) + Math.abs(dy) < STILL) break;
  }
  return [x * fx + cx, y * fy + cy];
}

/** The lens of a calibration for a picture of this size (same camera, whole sensor, another resolution: scaled); null where
 *  the calibration knows no lens, or the picture has another shape. */
export function lensFor(
  calibration: TableMarkers,
  picture: { readonly widthPx: number; readonly heightPx: number },
): Lens | null {
  const { matrix, distortion, widthPx, heightPx } = calibration;
  if (matrix === undefined || distortion === undefined || widthPx === undefined || heightPx === undefined) return null;
  if (!isSameShape(calibration, picture)) return null;
  const across = picture.widthPx / widthPx;
  const down = picture.heightPx / heightPx;
  return { matrix: matrix.map((value, i) => (i < 3 ? value * across : i < 6 ? value * down : value)), distortion };
}

/** Whether a picture can be of the camera that was calibrated: the whole sensor, at whatever resolution. */
export function isSameShape(
  { widthPx, heightPx }: Pick<TableMarkers, 'widthPx' | 'heightPx'>,
  picture: { readonly widthPx: number; readonly heightPx: number },
): boolean {
  if (widthPx === undefined || heightPx === undefined) return false;
  return Math.abs(picture.widthPx / widthPx / (picture.heightPx / heightPx) - 1) <= 0.002;
}

function bend(distortion: readonly number[], x: number, y: number): [number, number] {
  const [k1, k2, p1, p2, k3] = distortion as [number, number, number, number, number];
  const r2 = x * x + y * y;
  const radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3));
  return [x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x), y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y];
}

const folds = new WeakMap<Lens, number>();

/** The squared radius at which r (1 + k1 r² + k2 r⁴ + k3 r⁶) stops growing, by search; infinite where it never does. */
function foldAt(lens: Lens): number {
  const known = folds.get(lens);
  if (known !== undefined) return known;
  const [k1, k2, , , k3] = lens.distortion as [number, number, number, number, number];
  let fold = Infinity;
  for (let r2 = 0.01; r2 < 16; r2 += 0.01) {
    if (1 + r2 * (3 * k1 + r2 * (5 * k2 + r2 * 7 * k3)) <= 0) {
      fold = r2 - 0.01;
      break;
    }
  }
  folds.set(lens, fold);
  return fold;
}
