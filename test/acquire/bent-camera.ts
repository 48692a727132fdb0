import { bendPoint, straightenPoint } from '#acquire/lens.ts';
import { invertHomography, mapPoint, multiply } from '#acquire/plane-homography.ts';
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
      const w = toPlane[6]! * u + toPlane[7]! * v + toPlane[8]!;
      const x = (toPlane[0]! * u + toPlane[1]! * v + toPlane[2]!) / w;
      const y = (toPlane[3]! * u + toPlane[4]! * v + toPlane[5]!) / w;
      sum += greyAt(plane, x / plane.mmPerPx - 0.5, y / plane.mmPerPx - 0.5);
    }
    out[i] = Math.round(sum / 4);
  }
  return out;
}

const centres = new WeakMap<Lens, Float64Array>();

/** The centre of each pixel freed of the bend; one size a lens. */
function straightCentres(lens: Lens, { widthPx, heightPx }: { widthPx: number; heightPx: number }): Float64Array {
  const known = centres.get(lens);
  if (known !== undefined) return known;
  const all = new Float64Array(2 * widthPx * heightPx);
  for (let i = 0; i < widthPx * heightPx; i += 1)
    all.set(straightenPoint(lens, (i % widthPx) + 0.5, Math.floor(i / widthPx) + 0.5), 2 * i);
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
