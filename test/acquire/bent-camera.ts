import { bendPoint, straightenPoint } from '#geometry/lens.ts';
import { invertHomography, mapPoint, multiply } from '#geometry/plane-homography.ts';
import type { Lens } from '#domain/calibration.ts';

/** A grey picture of a plane: `pixels` row by row, its upper left corner at (0, 0), x right, y down. */
export interface PlanePicture {
  readonly pixels: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mmPerPx: number;
}

/** Where a plane is held before the camera: rotation about the camera's x, y, z (degrees, in this order), its middle at
 *  `shift` (mm; z is the distance). */
export interface Held {
  readonly turns: readonly [number, number, number];
  readonly shift: readonly [number, number, number];
}

/** Grey of what is not the plane. */
const BEYOND = 120;
/** More than a pixel of any of these cameras, mm on the plane. */
const RIM_MM = 20;

/** Plane mm (y down as seen straight on) to straight pixels. */
export function planeToStraight(lens: Lens, held: Held, middle: readonly [number, number], height = 0): number[] {
  const [a, b, c] = held.turns.map((degrees) => (degrees * Math.PI) / 180) as [number, number, number];
  const about = [
    [1, 0, 0, 0, Math.cos(a), -Math.sin(a), 0, Math.sin(a), Math.cos(a)],
    [Math.cos(b), 0, Math.sin(b), 0, 1, 0, -Math.sin(b), 0, Math.cos(b)],
    [Math.cos(c), -Math.sin(c), 0, Math.sin(c), Math.cos(c), 0, 0, 0, 1],
  ] as const;
  const r = multiply(about[0], multiply(about[1], about[2]));
  const toCamera = [0, 1, 2].flatMap((row) => {
    const [x, y, z] = [r[3 * row]!, r[3 * row + 1]!, r[3 * row + 2]!];
    // The plane's own third axis points away from the camera: up is against it.
    return [x, y, held.shift[row]! - x * middle[0] - y * middle[1] - z * height];
  });
  return multiply(lens.matrix, toCamera);
}

/** What a camera with this lens sees of a plane, over grey; four samples a pixel. */
export function photographPlane(
  plane: PlanePicture,
  lens: Lens,
  held: Held,
  size: { readonly widthPx: number; readonly heightPx: number },
): Uint8Array {
  const middle = [(plane.widthPx * plane.mmPerPx) / 2, (plane.heightPx * plane.mmPerPx) / 2] as const;
  const toPlane = invertHomography(planeToStraight(lens, held, middle));
  const straight = straightCentres(lens, size);
  const [a, b, c, d, e, f, g, h, j] = toPlane as readonly number[] as Nine;
  const perMm = 1 / plane.mmPerPx;
  const out = new Uint8Array(size.widthPx * size.heightPx);
  for (let i = 0; i < out.length; i += 1) {
    const [ofX, ofY] = mapPoint(toPlane, straight[2 * i]!, straight[2 * i + 1]!);
    // Far beyond the plane's rim each sample is the same grey.
    if (ofX < -RIM_MM || ofY < -RIM_MM || ofX > 2 * middle[0] + RIM_MM || ofY > 2 * middle[1] + RIM_MM) {
      out[i] = BEYOND;
      continue;
    }
    let sum = 0;
    for (let k = 0; k < 4; k += 1) {
      // Within a pixel the bend is nearly the same: its centre's will do.
      const u = straight[2 * i]! + 0.5 * (k % 2) - 0.25;
      const v = straight[2 * i + 1]! + 0.5 * (k >> 1) - 0.25;
      const toPx = perMm / (g * u + h * v + j);
      sum += greyAt(plane, (a * u + b * v + c) * toPx - 0.5, (d * u + e * v + f) * toPx - 0.5);
    }
    out[i] = Math.round(sum / 4);
  }
  return out;
}

type Nine = readonly [number, number, number, number, number, number, number, number, number];

const centres = new WeakMap<Lens, Float64Array>();

/** Every so many pixels the bend is undone exactly, between them it is drawn straight: within a hundredth of a pixel. */
const BEND_STEP_PX = 8;

/** The centre of each pixel freed of the bend; one size a lens. */
function straightCentres(lens: Lens, { widthPx, heightPx }: { widthPx: number; heightPx: number }): Float64Array {
  const known = centres.get(lens);
  if (known !== undefined) return known;
  const across = Math.ceil(widthPx / BEND_STEP_PX) + 1;
  const down = Math.ceil(heightPx / BEND_STEP_PX) + 1;
  const exact = new Float64Array(2 * across * down);
  for (let k = 0; k < across * down; k += 1)
    exact.set(
      straightenPoint(lens, (k % across) * BEND_STEP_PX + 0.5, Math.floor(k / across) * BEND_STEP_PX + 0.5),
      2 * k,
    );
  const all = new Float64Array(2 * widthPx * heightPx);
  for (let y = 0; y < heightPx; y += 1) {
    const fy = (y % BEND_STEP_PX) / BEND_STEP_PX;
    for (let x = 0; x < widthPx; x += 1) {
      const fx = (x % BEND_STEP_PX) / BEND_STEP_PX;
      const at = 2 * (Math.floor(y / BEND_STEP_PX) * across + Math.floor(x / BEND_STEP_PX));
      for (let k = at; k < at + 2; k += 1) {
        const upper = exact[k]! * (1 - fx) + exact[k + 2]! * fx;
        const lower = exact[k + 2 * across]! * (1 - fx) + exact[k + 2 * across + 2]! * fx;
        all[2 * (y * widthPx + x) + k - at] = upper * (1 - fy) + lower * fy;
      }
    }
  }
  centres.set(lens, all);
  return all;
}

/** A point of the plane in the picture. */
export function seenAt(toStraight: readonly number[], lens: Lens, x: number, y: number): [number, number] {
  const bent = bendPoint(lens, ...mapPoint(toStraight, x, y));
  if (bent === null) throw new Error(`(${x}, ${y}) lies outside of what the lens shows`);
  return bent;
}

function greyAt({ pixels, widthPx, heightPx }: PlanePicture, x: number, y: number): number {
  if (!(x >= 0 && y >= 0 && x < widthPx - 1 && y < heightPx - 1)) return BEYOND;
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const at = y0 * widthPx + x0;
  const [fx, fy] = [x - x0, y - y0];
  const upper = pixels[at]! * (1 - fx) + pixels[at + 1]! * fx;
  const lower = pixels[at + widthPx]! * (1 - fx) + pixels[at + widthPx + 1]! * fx;
  return upper * (1 - fy) + lower * fy;
}
