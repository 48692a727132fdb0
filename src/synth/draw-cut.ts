import type { Point, Ring } from '#domain/ring.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { OUTSIDE_INDEX } from './defect-kinds.ts';
import type { DrawnHide } from './draw-hide.ts';
import { fillRing } from './fill-ring.ts';

/** A piece that was cut out of a drawn hide. */
export interface DrawnCut {
  /** mm of the table frame. */
  readonly outline: Ring;
  /** The piece has been lifted: the table shows. */
  readonly isGone?: boolean;
  /** Torn out of it, mm of the table frame. */
  readonly tears?: readonly Ring[];
}

/** The picture of a drawn hide after cutting: the table shows through gaps as wide as the kerf (mm), in tears, and where
 *  pieces have gone. The table's pixels are taken from beside the hide. Same input, same picture.
 *  O(pixels of the boxes round pieces and their edges). */
export function drawCut(hide: DrawnHide, cuts: readonly DrawnCut[], kerf: number): Uint8Array {
  const { widthPx, heightPx, mmPerPx, rgb, mask } = hide;
  const out = rgb.slice();
  const table: number[] = [];
  for (let i = 0; i < mask.length; i += 37) if (mask[i] === OUTSIDE_INDEX) table.push(i);
  if (table.length === 0) return out;
  const random = seededRandom(hide.truth.seed ^ 0xc07);
  const open = (ring: Ring) => {
    const px = ring.map(([x, y]) => [x / mmPerPx, heightPx - y / mmPerPx] as const);
    const [us, vs] = [px.map((p) => p[0]), px.map((p) => p[1])];
    const left = Math.max(0, Math.floor(Math.min(...us)));
    const top = Math.max(0, Math.floor(Math.min(...vs)));
    const across = Math.min(widthPx, Math.ceil(Math.max(...us))) - left;
    const down = Math.min(heightPx, Math.ceil(Math.max(...vs))) - top;
    if (across <= 0 || down <= 0) return;
    const cover = fillRing(
      px.flatMap(([u, v]) => [u - left, v - top]),
      across,
      down,
    );
    for (let i = 0; i < cover.length; i += 1) {
      const share = cover[i]! / 255;
      if (share === 0) continue;
      const from = 3 * table[Math.floor(random() * table.length)]!;
      const to = 3 * ((top + Math.floor(i / across)) * widthPx + left + (i % across));
      for (let c = 0; c < 3; c += 1) out[to + c] = Math.round(out[to + c]! * (1 - share) + rgb[from + c]! * share);
    }
  };
  for (const { outline, isGone = false, tears = [] } of cuts) {
    for (const [k, point] of outline.entries()) open(gap(outline.at(k - 1)!, point, kerf));
    for (const ring of [...(isGone ? [outline] : []), ...tears]) open(ring);
  }
  return out;
}

/** What a knife of this width opens along a line, square at both ends. */
function gap([ax, ay]: Point, [bx, by]: Point, kerf: number): Ring {
  const length = Math.hypot(bx - ax, by - ay) || 1;
  const [x, y] = [((bx - ax) / length) * (kerf / 2), ((by - ay) / length) * (kerf / 2)];
  return [
    [ax - x + y, ay - y - x],
    [bx + x + y, by + y - x],
    [bx + x - y, by + y + x],
    [ax - x - y, ay - y + x],
  ];
}
