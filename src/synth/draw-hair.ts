import type { Random } from '#domain/ports.ts';
import { flatRing, type Ring } from '#domain/ring.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { between } from './chance.ts';

export interface HairLook {
  /** Hairs on each millimetre of the rim. */
  readonly perMm: number;
  /** sRGB 0..255. */
  readonly colour: readonly [number, number, number];
}

interface Paper {
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mmPerPx: number;
}

/** Width of a hair that stands for the few that cling together, mm. */
const WIDTH = 0.15;
const SHORTEST = 4;
const LONGEST = 16;
/** Most lean from straight out, radians. */
const MOST_LEAN = 0.8;

/** Draws hair that stands out over the rim of a hide (`outline`, table mm, in either direction) onto the table; changes `rgb`.
 *  The hide's true rim stays where it is. */
export function drawHair(paper: Paper, outline: Ring, { perMm, colour }: HairLook, random: Random): void {
  const { rgb, widthPx, heightPx, mmPerPx } = paper;
  const step = Math.min(0.5, mmPerPx / 2);
  // A step along a hair covers so much of the pixel that it lies in.
  const cover = (WIDTH * step) / mmPerPx ** 2;
  const side = ringArea(flatRing(outline)) > 0 ? 1 : -1;
  outline.forEach(([ax, ay], i) => {
    const [bx, by] = outline[(i + 1) % outline.length]!;
    const length = Math.hypot(bx - ax, by - ay);
    if (length === 0) return;
    const count = Math.floor(length * perMm + random());
    for (let k = 0; k < count; k += 1) {
      const t = random();
      const lean = between(random, -MOST_LEAN, MOST_LEAN);
      const outwards = Math.atan2(side * (ax - bx), side * (by - ay)) + lean;
      const [dx, dy] = [Math.cos(outwards), Math.sin(outwards)];
      const [x, y] = [ax + (bx - ax) * t, ay + (by - ay) * t];
      const reach = between(random, SHORTEST, LONGEST);
      for (let s = 0; s < reach; s += step) {
        const u = Math.floor((x + dx * s) / mmPerPx);
        const v = Math.floor(heightPx - (y + dy * s) / mmPerPx);
        if (u < 0 || v < 0 || u >= widthPx || v >= heightPx) break;
        for (let c = 0; c < 3; c += 1) {
          const at = 3 * (v * widthPx + u) + c;
          rgb[at] = Math.round(rgb[at]! + (colour[c]! - rgb[at]!) * Math.min(1, cover));
        }
      }
    }
  });
}
