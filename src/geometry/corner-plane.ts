import type { Lens } from '#domain/calibration.ts';
import { LEAST_TABLE, MOST_TABLE, type FourCorners } from '#domain/table-corners.ts';
import { bendPoint, straightenPoint } from './lens.ts';
import { fitHomography, invertHomography, mapPoint, type Homography } from './plane-homography.ts';
import { isConvex, quadArea, type Corner, type Quad } from './quad.ts';

/** Four corners of a rectangle in a picture, with the lens's bend in them, and its sides, mm. */
export interface CornersOfTable {
  readonly corners: FourCorners;
  readonly width: number;
  readonly height: number;
}

/** What is wrong with four corners:
 *  - `size`: no table has such sides; most likely they are not in mm
 *  - `outside`: a corner is not in the picture
 *  - `crossing`: the sides cross, or three corners lie on a line
 *  - `mirrored`: they go round the wrong way: what is cut would be mirrored
 *  - `tiny`: so small in the picture that a pixel's doubt becomes centimetres
 *  - `steep`: seen so much aslant that the far end is hardly seen */
export type CornersFault = 'size' | 'outside' | 'crossing' | 'mirrored' | 'tiny' | 'steep';

/** Share of the picture that the table fills at least, and the length of its shortest side there, pixels. */
const LEAST_SHARE = 0.02;
const LEAST_SIDE_PX = 64;

/** Times that a pixel at one corner covers more of the table than one at another, at most: a camera at 60 degrees from
 *  above, as near to the table as it is wide, sees 16. */
const MOST_SLANT = 40;

/** The first thing that is wrong with four corners in a picture, or null. */
export function cornersFault(
  { corners, width, height }: CornersOfTable,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  lens: Lens | null,
): CornersFault | null {
  if (![width, height].every((side) => side >= LEAST_TABLE && side <= MOST_TABLE)) return 'size';
  if (!corners.every(([u, v]) => u >= 0 && v >= 0 && u <= widthPx && v <= heightPx)) return 'outside';
  const straight = straightCorners(corners, lens);
  if (!isConvex(corners) || !isConvex(straight)) return 'crossing';
  // v goes down: what goes round counter-clockwise on the table has a negative area in the picture.
  if (quadArea(corners) > 0) return 'mirrored';
  const sides = corners.map(([u, v], i) => Math.hypot(u - corners[(i + 1) % 4]![0], v - corners[(i + 1) % 4]![1]));
  if (-quadArea(corners) < LEAST_SHARE * widthPx * heightPx || Math.min(...sides) < LEAST_SIDE_PX) return 'tiny';
  const toMm = cornersToMm({ corners, width, height }, lens);
  if (toMm === null) return 'crossing';
  // A homography's area scale goes with the third power of its denominator.
  const depths = straight.map(([u, v]) => Math.abs(toMm[6]! * u + toMm[7]! * v + toMm[8]!));
  return (Math.max(...depths) / Math.min(...depths)) ** 3 > MOST_SLANT ? 'steep' : null;
}

/** Straight pixels (freed of the lens's bend) to table mm; null where the corners span no plane. */
export function cornersToMm({ corners, width, height }: CornersOfTable, lens: Lens | null): Homography | null {
  return fitHomography(straightCorners(corners, lens).flat(), [0, 0, width, 0, width, height, 0, height]);
}

/** Where a point of the picture lies on the table, mm. */
export function toTable(toMm: Homography, lens: Lens | null, [u, v]: Corner): Corner {
  return mapPoint(toMm, ...(lens === null ? ([u, v] as const) : straightenPoint(lens, u, v)));
}

/** Distance on the table between two places of the picture, mm. */
export function lengthBetween(toMm: Homography, lens: Lens | null, from: Corner, to: Corner): number {
  const [a, b] = [toTable(toMm, lens, from), toTable(toMm, lens, to)];
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

/** Where the picture shows places of the table, mm; null behind the lens's fold. */
export function fromTable(toMm: Homography, lens: Lens | null): (place: Corner) => Corner | null {
  const toStraight = invertHomography(toMm);
  return ([x, y]) => {
    const straight = mapPoint(toStraight, x, y);
    return lens === null ? straight : bendPoint(lens, ...straight);
  };
}

/** mm of the table that a pixel covers at a place of the picture: the side of the square of the same area. */
export function mmPerPxAt(toMm: Homography, lens: Lens | null, [u, v]: Corner): number {
  const [x, y] = toTable(toMm, lens, [u, v]);
  const [rightX, rightY] = toTable(toMm, lens, [u + 1, v]);
  const [downX, downY] = toTable(toMm, lens, [u, v + 1]);
  return Math.sqrt(Math.abs((rightX - x) * (downY - y) - (rightY - y) * (downX - x)));
}

/** Corners as a picture of another resolution shows them. */
export function scaledCorners(corners: FourCorners, across: number, down: number): FourCorners {
  const [a, b, c, d] = corners.map(([u, v]): Corner => [u * across, v * down]);
  return [a!, b!, c!, d!];
}

function straightCorners(corners: FourCorners, lens: Lens | null): Quad {
  if (lens === null) return corners;
  const [a, b, c, d] = corners.map(([u, v]) => straightenPoint(lens, u, v));
  return [a!, b!, c!, d!];
}
