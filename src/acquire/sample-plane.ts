import type { Lens } from '#domain/calibration.ts';
import { bendPoint } from '#geometry/lens.ts';
import { invertHomography, mapPoint, multiply, type Homography } from '#geometry/plane-homography.ts';

export interface PixelBox {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** From pixels of the straightened picture to pixels of the source. */
export interface ToSource {
  /** Straightened pixels to source pixels; with a lens: to source pixels freed of its bend. */
  readonly toSource: Homography;
  readonly lens: Lens | null;
}

/** Points along each side of a box that are followed to the source: a lens bends its sides. */
const SIDE_POINTS = 16;

/** The box of source pixels that a box of the straightened picture needs; null when none lie in the source. */
export function sourceBox(
  { toSource, lens }: ToSource,
  out: PixelBox,
  source: { readonly widthPx: number; readonly heightPx: number },
): PixelBox | null {
  const us: number[] = [];
  const vs: number[] = [];
  for (let k = 0; k <= SIDE_POINTS; k += 1) {
    const across = out.leftPx + (k / SIDE_POINTS) * out.widthPx;
    const down = out.topPx + (k / SIDE_POINTS) * out.heightPx;
    const places = [
      [across, out.topPx],
      [across, out.topPx + out.heightPx],
      [out.leftPx, down],
      [out.leftPx + out.widthPx, down],
    ] as const;
    for (const [x, y] of places) {
      const straight = mapPoint(toSource, x, y);
      const seen = lens === null ? straight : bendPoint(lens, ...straight);
      if (seen === null) continue;
      us.push(seen[0]);
      vs.push(seen[1]);
    }
  }
  const left = Math.max(0, Math.floor(Math.min(...us)) - 2);
  const top = Math.max(0, Math.floor(Math.min(...vs)) - 2);
  const right = Math.min(source.widthPx, Math.ceil(Math.max(...us)) + 2);
  const bottom = Math.min(source.heightPx, Math.ceil(Math.max(...vs)) + 2);
  // Written so that no point at all (infinities) counts as empty.
  if (!(right > left && bottom > top)) return null;
  return { leftPx: left, topPx: top, widthPx: right - left, heightPx: bottom - top };
}

/** How well a picture shows each pixel of a tile, for blending: the distance to the picture's rim over its shorter side;
 *  0 where it shows nothing. */
export interface Cover {
  readonly weights: Float32Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Whether a place of the straightened picture lies in a source. */
export function seenIn(
  source: ToSource & { readonly widthPx: number; readonly heightPx: number },
  u: number,
  v: number,
): boolean {
  const straight = mapPoint(source.toSource, u, v);
  const seen = source.lens === null ? straight : bendPoint(source.lens, ...straight);
  return seen !== null && seen[0] >= 0 && seen[1] >= 0 && seen[0] <= source.widthPx && seen[1] <= source.heightPx;
}

/** Fills `out` (tilePx x tilePx x 3, row by row) with the straightened picture at its box, from the pixels of `source`,
 *  bilinear, the mean of `samples` x `samples` points a pixel. What the source does not show becomes white.
 *  @returns how many pixels of the box are not shown */
export function samplePlane(
  { toSource, lens }: ToSource,
  box: PixelBox,
  tilePx: number,
  source: { readonly box: PixelBox; readonly rgb: Uint8Array } | null,
  samples: number,
  out: Uint8Array,
  cover: Cover | null = null,
): number {
  out.fill(255);
  cover?.weights.fill(0);
  if (source === null) return box.widthPx * box.heightPx;
  const { rgb } = source;
  const { leftPx, topPx, widthPx, heightPx } = source.box;
  const share = 1 / (samples * samples);
  let unseen = 0;
  for (let y = 0; y < box.heightPx; y += 1) {
    for (let x = 0; x < box.widthPx; x += 1) {
      let r = 0;
      let g = 0;
      let b = 0;
      let isSeen = true;
      let lastU = 0;
      let lastV = 0;
      for (let k = 0; k < samples * samples; k += 1) {
        const px = box.leftPx + x + ((k % samples) + 0.5) / samples;
        const py = box.topPx + y + (Math.floor(k / samples) + 0.5) / samples;
        const w = toSource[6]! * px + toSource[7]! * py + toSource[8]!;
        let u = (toSource[0]! * px + toSource[1]! * py + toSource[2]!) / w;
        let v = (toSource[3]! * px + toSource[4]! * py + toSource[5]!) / w;
        if (lens !== null) {
          // Not a number fails the test below: unseen.
          const bent = bendPoint(lens, u, v);
          u = bent === null ? NaN : bent[0];
          v = bent === null ? NaN : bent[1];
        }
        u -= leftPx;
        v -= topPx;
        if (!(u >= 0 && v >= 0 && u <= widthPx && v <= heightPx)) {
          isSeen = false;
          break;
        }
        lastU = u;
        lastV = v;
        // Pixel centres lie at halves.
        const cu = Math.min(widthPx - 1, Math.max(0, u - 0.5));
        const cv = Math.min(heightPx - 1, Math.max(0, v - 0.5));
        const u0 = Math.min(widthPx - 2 < 0 ? 0 : widthPx - 2, Math.floor(cu));
        const v0 = Math.min(heightPx - 2 < 0 ? 0 : heightPx - 2, Math.floor(cv));
        const fu = cu - u0;
        const fv = cv - v0;
        const at = 3 * (v0 * widthPx + u0);
        const right = widthPx > 1 ? 3 : 0;
        const down = heightPx > 1 ? 3 * widthPx : 0;
        const w00 = (1 - fu) * (1 - fv);
        const w10 = fu * (1 - fv);
        const w01 = (1 - fu) * fv;
        const w11 = fu * fv;
        r += rgb[at]! * w00 + rgb[at + right]! * w10 + rgb[at + down]! * w01 + rgb[at + right + down]! * w11;
        g +=
          rgb[at + 1]! * w00 +
          rgb[at + right + 1]! * w10 +
          rgb[at + down + 1]! * w01 +
          rgb[at + right + down + 1]! * w11;
        b +=
          rgb[at + 2]! * w00 +
          rgb[at + right + 2]! * w10 +
          rgb[at + down + 2]! * w01 +
          rgb[at + right + down + 2]! * w11;
      }
      if (!isSeen) {
        unseen += 1;
        continue;
      }
      const to = 3 * (y * tilePx + x);
      out[to] = r * share + 0.5;
      out[to + 1] = g * share + 0.5;
      out[to + 2] = b * share + 0.5;
      if (cover !== null) cover.weights[y * tilePx + x] = rimDistance(cover, lastU + leftPx, lastV + topPx);
    }
  }
  return unseen;
}

function rimDistance({ widthPx, heightPx }: Cover, u: number, v: number): number {
  return Math.min(u, v, widthPx - u, heightPx - v) / Math.min(widthPx, heightPx);
}

/** Straightened pixels to source pixels, for a scan whose upper left corner is (minX, maxY) of the table. */
export function outToSource(toMm: Homography, minX: number, maxY: number, mmPerPx: number): number[] {
  const toSource = invertHomography(toMm);
  const outToMm = [mmPerPx, 0, minX, 0, -mmPerPx, maxY, 0, 0, 1];
  return multiply(toSource, outToMm);
}
