import type { ScoreMaps } from './find-defects.ts';
import type { HideMask } from './find-hide.ts';
import { openings } from './openings.ts';
import type { TilePlan } from './plan-tiles.ts';
import type { TileMarks } from './segmenter.ts';

export function emptyMaps(widthPx: number, heightPx: number): ScoreMaps {
  const count = widthPx * heightPx;
  return {
    widthPx,
    heightPx,
    defect: new Uint8Array(count),
    kind: new Uint8Array(count),
  };
}

export function writeMaps(maps: ScoreMaps, tile: TilePlan, marks: TileMarks): void {
  for (let y = 0; y < tile.heightPx; y += 1) {
    const from = y * marks.widthPx;
    const to = (tile.topPx + y) * maps.widthPx + tile.leftPx;
    maps.defect.set(marks.defect.subarray(from, from + tile.widthPx), to);
    maps.kind.set(marks.kind.subarray(from, from + tile.widthPx), to);
  }
}

/** Where two looks were taken, the mean of what they say counts: each sees what the other's scale does not, and what one of them
 *  alone takes for a defect is more often none (decision 44). */
export function blendMaps(maps: ScoreMaps, tile: TilePlan, marks: TileMarks): void {
  for (let y = 0; y < tile.heightPx; y += 1) {
    const from = y * marks.widthPx;
    const to = (tile.topPx + y) * maps.widthPx + tile.leftPx;
    for (let x = 0; x < tile.widthPx; x += 1) {
      const before = maps.defect[to + x]!;
      const now = marks.defect[from + x]!;
      if (now > before) maps.kind[to + x] = marks.kind[from + x]!;
      maps.defect[to + x] = (before + now + 1) >> 1;
    }
  }
}

/** Fills maps with what coarser ones say. */
export function enlarge(coarse: ScoreMaps, maps: ScoreMaps): void {
  const { widthPx, heightPx, defect, kind } = maps;
  const columns = columnsOf(coarse.widthPx, widthPx);
  let shown = -1;
  for (let y = 0; y < heightPx; y += 1) {
    const row = Math.floor(((y + 0.5) * coarse.heightPx) / heightPx) * coarse.widthPx;
    const to = y * widthPx;
    if (row === shown) {
      defect.copyWithin(to, to - widthPx, to);
      kind.copyWithin(to, to - widthPx, to);
      continue;
    }
    shown = row;
    for (let x = 0; x < widthPx; x += 1) {
      defect[to + x] = coarse.defect[row + columns[x]!]!;
      kind[to + x] = coarse.kind[row + columns[x]!]!;
    }
  }
}

/** Of each of `count` columns the one of `size` that it lies in. */
function columnsOf(size: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, x) => Math.min(size - 1, Math.floor(((x + 0.5) * size) / count)));
}

/** Chalk itself is no defect: what lies under it has been seen by who drew. */
export function withoutChalk(maps: ScoreMaps, hide: HideMask, chalk: Uint8Array): void {
  eachRunOf(
    maps,
    hide,
    (from) => (chalk[from] === 0 ? 0 : 1),
    (begin, end) => maps.defect.fill(0, begin, end),
  );
}

/** Nothing is a defect off the hide; where the table is seen through it is a hole, whatever the model says. */
export function keepToHide(maps: ScoreMaps, hide: HideMask, holeKind: number): void {
  const isOpening = openings(hide);
  const partOf = (from: number) => (hide.mask[from] !== 0 ? ON : holeKind > 0 && isOpening[from] !== 0 ? OPEN : OFF);
  eachRunOf(maps, hide, partOf, (begin, end, part) => {
    maps.defect.fill(part === OPEN ? 255 : 0, begin, end);
    if (part === OPEN) maps.kind.fill(holeKind, begin, end);
  });
}
const ON = 0;
const OFF = 1;
const OPEN = 2;

/** Tells the pixels of maps, as runs [begin, end) of a row, that lie on pixels of the hide's mask of one part; part 0 is left
 *  out. Masks are smaller than maps: they are what is asked pixel by pixel. */
function eachRunOf(
  maps: ScoreMaps,
  hide: HideMask,
  partOf: (from: number) => number,
  tell: (begin: number, end: number, part: number) => void,
): void {
  const columns = columnsOf(hide.widthPx, maps.widthPx);
  // Where the columns of the maps that lie in each of the mask begin.
  const beginOf = new Int32Array(hide.widthPx + 1);
  for (let u = 0, x = 0; u <= hide.widthPx; u += 1) {
    while (x < maps.widthPx && columns[x]! < u) x += 1;
    beginOf[u] = x;
  }
  for (let y = 0; y < maps.heightPx; y += 1) {
    const row = Math.min(hide.heightPx - 1, Math.floor(((y + 0.5) * hide.heightPx) / maps.heightPx)) * hide.widthPx;
    const to = y * maps.widthPx;
    for (let u = 0; u < hide.widthPx;) {
      const part = partOf(row + u);
      const first = u;
      while (u < hide.widthPx && partOf(row + u) === part) u += 1;
      if (part !== ON) tell(to + beginOf[first]!, to + beginOf[u]!, part);
    }
  }
}

/** P(any defect) at the middle of a pixel of the hide's mask. */
export function defectAt(maps: ScoreMaps, hide: HideMask, x: number, y: number): number {
  const u = Math.min(maps.widthPx - 1, Math.floor(((x + 0.5) * maps.widthPx) / hide.widthPx));
  const v = Math.min(maps.heightPx - 1, Math.floor(((y + 0.5) * maps.heightPx) / hide.heightPx));
  return maps.defect[v * maps.widthPx + u]! / 255;
}
