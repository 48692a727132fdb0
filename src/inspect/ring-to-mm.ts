import type { Homography } from '#geometry/plane-homography.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';

/** Maps flat pixel coordinates to flat table mm; `pxPerPx` scan pixels per pixel of the ring. */
export function ringToMm(ring: Float64Array, toMm: Homography, pxPerPx: readonly [number, number]): Float64Array {
  const [a, b, c, d, e, f, g, h, i] = toMm as [number, number, number, number, number, number, number, number, number];
  const out = new Float64Array(ring.length);
  for (let k = 0; k + 1 < ring.length; k += 2) {
    const u = ring[k]! * pxPerPx[0];
    const v = ring[k + 1]! * pxPerPx[1];
    const w = g * u + h * v + i;
    out[k] = (a * u + b * v + c) / w;
    out[k + 1] = (d * u + e * v + f) / w;
  }
  return out;
}

/** The ring in the wanted direction, as files hold it, rounded to a micrometre. */
export function fileRing(ring: Float64Array, isOuter: boolean): [number, number][] {
  const points: [number, number][] = [];
  for (let i = 0; i + 1 < ring.length; i += 2)
    points.push([roundToThousandth(ring[i]!), roundToThousandth(ring[i + 1]!)]);
  return ringArea(ring) > 0 === isOuter ? points : points.reverse();
}
