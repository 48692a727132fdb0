import type { Point, Ring } from '#domain/ring.ts';
import { mapPoint, type Homography } from './plane-homography.ts';

/** A picture of the table, by its size and where it lies. */
export interface PictureFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly toMm: readonly number[];
}

/** How far from the picture's rim a line counts as lying on it, mm: an outline is simplified within half a millimetre.
 *  Doubled, a hide that ends a millimetre before the rim counts as cut off by it. */
const ON_FRAME = 0.6;

/** An outline that lies on so much of the rim is the picture's own: it was told to be all material. */
const WHOLE_SHARE = 0.99;

/** The stretches, mm, along which an outline lies on the rim of its picture: what is cut off there by the picture and not
 *  by its own edge. None where the outline is the whole picture's. */
export function frameStretches(outline: Ring, frame: PictureFrame): [Point, Point][] {
  const { widthPx, heightPx, toMm } = frame;
  const at = (u: number, v: number) => mapPoint(toMm as Homography, u, v);
  const corners = [at(0, 0), at(widthPx, 0), at(widthPx, heightPx), at(0, heightPx)] as const;
  const sides = corners.map((corner, i) => [corner, corners[(i + 1) % 4]!] as const);
  const stretches = outline.flatMap((from, i): [Point, Point][] => {
    const to = outline[(i + 1) % outline.length]!;
    return sides.some((side) => [from, to].every((point) => distanceTo(point, side) <= ON_FRAME)) ? [[from, to]] : [];
  });
  const all = sides.reduce((sum, [a, b]) => sum + Math.hypot(b[0] - a[0], b[1] - a[1]), 0);
  return lengthOf(stretches) >= WHOLE_SHARE * all ? [] : stretches;
}

/** Length on the picture's rim from which a hide is told to be cut off by it, mm: less is a corner that just touches. */
export const LEAST_CUT_OFF = 25;

/** Length of stretches together. */
export function lengthOf(stretches: readonly (readonly [Point, Point])[]): number {
  return stretches.reduce((sum, [a, b]) => sum + Math.hypot(b[0] - a[0], b[1] - a[1]), 0);
}

/** Distance of a point from the straight line through two others. */
function distanceTo([x, y]: Point, [[ax, ay], [bx, by]]: readonly [Point, Point]): number {
  return Math.abs((x - ax) * (by - ay) - (y - ay) * (bx - ax)) / Math.hypot(bx - ax, by - ay);
}
