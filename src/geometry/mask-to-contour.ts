/** A region of a mask in pixel coordinates: outer ring and the rings of its holes, flat `[x0, y0, x1, y1, …]`. */
export interface MaskRegion {
  readonly outline: Float64Array;
  readonly holes: readonly Float64Array[];
  /** Pixels of the region. */
  readonly areaPx: number;
}

/** Follows the borders of every 4-connected region of `inside(index)` along pixel edges: a pixel at column u, row v
 *  covers [u, u + 1] x [v, v + 1]. The rings never cross or touch themselves or each other: where two pixels meet at a
 *  corner only, the corner is cut by a quarter of a pixel. Outer rings run counter-clockwise as drawn with y down, holes the
 *  other way. O(pixels of the box). */
export function maskToContours(isInside: (index: number) => boolean, widthPx: number, heightPx: number): MaskRegion[] {
  // With a pixel of nothing round it: each is asked once, and neighbours need no looking whether they are in the picture.
  const w = widthPx + 2;
  const mask = new Uint8Array(w * (heightPx + 2));
  for (let y = 0, i = 0; y < heightPx; y += 1)
    for (let x = 0, to = (y + 1) * w + 1; x < widthPx; x += 1, i += 1, to += 1) mask[to] = isInside(i) ? 1 : 0;
  const at = (x: number, y: number) => mask[(y + 1) * w + x + 1] !== 0;
  // A horizontal edge is named by the pixel below it; every border has some, so starting there finds all.
  const isDone = new Uint8Array(widthPx * (heightPx + 1));
  const outer: { ring: number[]; areaPx: number }[] = [];
  const holes: number[][] = [];
  for (let y = 0; y <= heightPx; y += 1)
    for (let x = 0, below = (y + 1) * w + 1; x < widthPx; x += 1, below += 1) {
      if (mask[below] === mask[below - w] || isDone[y * widthPx + x] !== 0) continue;
      const ring = follow(at, x, y, mask[below] !== 0, isDone, widthPx);
      const area = signedArea(ring);
      if (area < 0) outer.push({ ring, areaPx: 0 });
      else holes.push(ring);
    }
  return assemble(outer, holes);
}

/** Walks with the inside on the left (y down: left of east is north), turning so that diagonal pixels stay apart. */
function follow(
  at: (x: number, y: number) => boolean,
  x0: number,
  y0: number,
  isBelow: boolean,
  isDone: Uint8Array,
  widthPx: number,
): number[] {
  // Inside below the edge: walk west (left of west is south); inside above: walk east.
  let x = isBelow ? x0 + 1 : x0;
  let y = y0;
  let dx = isBelow ? -1 : 1;
  let dy = 0;
  const startX = x;
  const startY = y;
  const startDx = dx;
  const ring: number[] = [];
  do {
    if (dx !== 0) isDone[y * widthPx + (dx > 0 ? x : x - 1)] = 1;
    x += dx;
    y += dy;
    // Pixels ahead on the left and right of the walk at corner (x, y).
    const leftX = dx !== 0 ? (dx > 0 ? x : x - 1) : dy > 0 ? x : x - 1;
    const leftY = dx !== 0 ? (dx > 0 ? y - 1 : y) : dy > 0 ? y : y - 1;
    const rightX = dx !== 0 ? leftX : dy > 0 ? x - 1 : x;
    const rightY = dx !== 0 ? (dx > 0 ? y : y - 1) : leftY;
    const isLeft = at(leftX, leftY);
    const isRight = at(rightX, rightY);
    const wasDx = dx;
    const wasDy = dy;
    if (!isLeft) {
      // left turn: north of east
      dx = wasDy;
      dy = -wasDx;
      if (isRight) ring.push(x - wasDx / 4, y - wasDy / 4, x + dx / 4, y + dy / 4);
      else ring.push(x, y);
    } else if (isRight) {
      dx = -wasDy;
      dy = wasDx;
      ring.push(x, y);
    }
  } while (x !== startX || y !== startY || dx !== startDx || dy !== 0);
  return ring;
}

function signedArea(ring: readonly number[]): number {
  let twice = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    twice += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!;
  }
  return twice / 2;
}

/** Gives each hole to the smallest outer ring that holds it. */
function assemble(outer: readonly { ring: number[] }[], holes: readonly number[][]): MaskRegion[] {
  const regions = outer.map(({ ring }) => ({ ring, holes: [] as number[][], size: -signedArea(ring) }));
  const bySize = [...regions].sort((a, b) => a.size - b.size);
  for (const hole of holes) {
    const owner = bySize.find((r) => holds(r.ring, hole[0]!, hole[1]!));
    if (owner) owner.holes.push(hole);
  }
  return regions.map((r) => ({
    outline: Float64Array.from(r.ring),
    holes: r.holes.map((h) => Float64Array.from(h)),
    areaPx: r.size - r.holes.reduce((sum, h) => sum + signedArea(h), 0),
  }));
}

function holds(ring: readonly number[], x: number, y: number): boolean {
  let isInside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const yi = ring[i + 1]!;
    const yj = ring[j + 1]!;
    if (yi > y !== yj > y && x < ((ring[j]! - ring[i]!) * (y - yi)) / (yj - yi) + ring[i]!) isInside = !isInside;
  }
  return isInside;
}
