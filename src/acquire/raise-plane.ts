import type { Lens } from '#domain/calibration.ts';
import { invertHomography, multiply, type Homography } from '#geometry/plane-homography.ts';

/** Where a camera stands before a plane: rotation (camera from table, row by row) and shift, mm. */
export interface CameraPose {
  readonly rotation: readonly number[];
  readonly shift: readonly [number, number, number];
}

/** The camera's pose from what the table's plane looks like through it: `toMm` maps straight pixels to table mm.
 *  @see Zhang 2000, "A flexible new technique for camera calibration", section 3.1 */
export function poseOf(toMm: Homography, lens: Lens): CameraPose {
  const [fx, , cx, , fy, cy] = lens.matrix as [number, number, number, number, number, number];
  const toRays = [1 / fx, 0, -cx / fx, 0, 1 / fy, -cy / fy, 0, 0, 1];
  const m = multiply(toRays, invertHomography(toMm));
  const column = (k: number): [number, number, number] => [m[k]!, m[k + 3]!, m[k + 6]!];
  const [a, b, c] = [column(0), column(1), column(2)];
  // The table lies in front of the camera.
  const scale = (2 / (length(a) + length(b))) * Math.sign(c[2]);
  const x = unit(a.map((value) => value * scale));
  const along = dot(x, b) * scale;
  const y = unit(b.map((value, i) => value * scale - along * x[i]!));
  const z = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]] as const;
  return {
    rotation: [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]],
    shift: [c[0] * scale, c[1] * scale, c[2] * scale],
  };
}

/** The homography of the plane `height` mm above the table (towards the camera): a hide's grain side lies as high as the
 *  hide is thick, and a camera that looks aslant sees it shifted.
 *  @returns straight pixels to mm on that plane */
export function raisePlane(toMm: Homography, lens: Lens, height: number): number[] {
  const { rotation: r, shift: t } = poseOf(toMm, lens);
  const toCamera = [0, 1, 2].flatMap((row) => [r[3 * row]!, r[3 * row + 1]!, t[row]! + height * r[3 * row + 2]!]);
  return invertHomography(multiply(lens.matrix, toCamera));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function length(a: readonly number[]): number {
  return Math.sqrt(dot(a, a));
}

function unit(a: readonly number[]): [number, number, number] {
  const l = length(a);
  return [a[0]! / l, a[1]! / l, a[2]! / l];
}
