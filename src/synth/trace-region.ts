/** A connected region of a plane, traced. */
export interface TracedRegion {
  /** Corner points of its outer border in pixels, flat [u0, v0, …], open, simplified. */
  readonly ring: readonly number[];
  readonly areaPx: number;
}

/** Traces the outer border of every 4-connected region of `id` in the plane. Borders run along pixel corners, then are
 *  simplified within `tolerancePx`; holes in regions are not traced. Linear in the pixels of the box. */
export function traceRegions(
  plane: Uint16Array,
  widthPx: number,
  box: { readonly u0: number; readonly v0: number; readonly u1: number; readonly v1: number },
  id: number,
  tolerancePx = 0.75,
): TracedRegion[] {
  const wide = box.u1 - box.u0 + 1;
  const high = box.v1 - box.v0 + 1;
  const part = new Int32Array(wide * high);
  const regions: TracedRegion[] = [];
  const stack: number[] = [];
  let parts = 0;
  for (let start = 0; start < part.length; start += 1) {
    if (part[start] !== 0 || plane[(box.v0 + Math.floor(start / wide)) * widthPx + box.u0 + (start % wide)] !== id)
      continue;
    parts += 1;
    let areaPx = 0;
    part[start] = parts;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      areaPx += 1;
      const u = at % wide;
      const v = (at - u) / wide;
      for (const [du, dv] of NEIGHBOURS) {
        const x = u + du;
        const y = v + dv;
        if (x < 0 || y < 0 || x >= wide || y >= high) continue;
        const next = y * wide + x;
        if (part[next] !== 0 || plane[(box.v0 + y) * widthPx + box.u0 + x] !== id) continue;
        part[next] = parts;
        stack.push(next);
      }
    }
    const corners = followBorder(part, wide, high, start, parts);
    for (let i = 0; i < corners.length; i += 2) {
      corners[i] = corners[i]! + box.u0;
      corners[i + 1] = corners[i + 1]! + box.v0;
    }
    regions.push({ ring: simplifyRing(corners, tolerancePx), areaPx });
  }
  return regions;
}

const NEIGHBOURS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/** Walks along pixel corners with the region on the right, from the top left corner of its first pixel. */
function followBorder(part: Int32Array, wide: number, high: number, start: number, id: number): number[] {
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < wide && y < high && part[y * wide + x] === id;
  const startX = start % wide;
  const startY = (start - startX) / wide;
  let x = startX;
  let y = startY;
  let dx = 1;
  let dy = 0;
  // The first pixel has none above and none to the left: its corner is met once, coming from below.
  const corners: number[] = [startX, startY];
  do {
    // The two pixels ahead of the corner, seen in walking direction.
    const rightAhead = inside(x + (dx - dy - 1) / 2, y + (dx + dy - 1) / 2);
    const leftAhead = inside(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2);
    if (!rightAhead) {
      corners.push(x, y);
      [dx, dy] = [-dy, dx];
    } else if (leftAhead) {
      corners.push(x, y);
      [dx, dy] = [dy, -dx];
    }
    x += dx;
    y += dy;
  } while (x !== startX || y !== startY);
  return corners;
}

/** Douglas and Peucker 1973 on a closed ring, cut at its first point and the one farthest from it. */
export function simplifyRing(ring: readonly number[], tolerance: number): number[] {
  const count = ring.length / 2;
  if (count <= 4) return [...ring];
  let far = 0;
  let farthest = -1;
  for (let i = 1; i < count; i += 1) {
    const distance = (ring[2 * i]! - ring[0]!) ** 2 + (ring[2 * i + 1]! - ring[1]!) ** 2;
    if (distance > farthest) {
      farthest = distance;
      far = i;
    }
  }
  const kept = new Uint8Array(count + 1);
  kept[0] = 1;
  kept[far] = 1;
  const work: [number, number][] = [
    [0, far],
    [far, count],
  ];
  for (let span = work.pop(); span !== undefined; span = work.pop()) {
    const [from, to] = span;
    const ax = ring[2 * from]!;
    const ay = ring[2 * from + 1]!;
    const bx = ring[2 * (to % count)]!;
    const by = ring[2 * (to % count) + 1]!;
    const length = Math.hypot(bx - ax, by - ay) || 1e-9;
    let worst = tolerance;
    let split = -1;
    for (let i = from + 1; i < to; i += 1) {
      const off = Math.abs((bx - ax) * (ring[2 * i + 1]! - ay) - (by - ay) * (ring[2 * i]! - ax)) / length;
      if (off > worst) {
        worst = off;
        split = i;
      }
    }
    if (split < 0) continue;
    kept[split] = 1;
    work.push([from, split], [split, to]);
  }
  const simple: number[] = [];
  for (let i = 0; i < count; i += 1) if (kept[i] === 1) simple.push(ring[2 * i]!, ring[2 * i + 1]!);
  return simple.length >= 6 ? simple : [...ring];
}
