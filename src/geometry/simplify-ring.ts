/** Leaves out points of rings so that no left-out point is farther than `tolerance` from the ring that remains, and no
 *  ring crosses itself or another of the same region: where it would, the tolerance is halved, at last to nothing.
 *  Rings are flat `[x0, y0, x1, y1, …]`. @see Douglas and Peucker 1973 */
export function simplifyRings(rings: readonly Float64Array[], tolerance: number): Float64Array[] {
  for (let t = tolerance; t > tolerance / 40; t /= 2) {
    const simpler = rings.map((ring) => simplifyRing(ring, t));
    if (simpler.every((r) => r.length >= 6) && !hasCrossing(simpler)) return simpler;
  }
  return rings.map((r) => r.slice());
}

/** Douglas and Peucker on a closed ring, from its two farthest corners; may cross itself: see `simplifyRings`. */
export function simplifyRing(ring: Float64Array, tolerance: number): Float64Array {
  const n = ring.length / 2;
  if (n <= 4) return ring.slice();
  const isKept = new Uint8Array(n);
  const from = farthest(ring, 0);
  const to = farthest(ring, from);
  isKept[from] = 1;
  isKept[to] = 1;
  const stack: [number, number][] = [
    [from, to < from ? to + n : to],
    [to, from < to ? from + n : from],
  ];
  const limit = tolerance * tolerance;
  while (stack.length > 0) {
    const [a, b] = stack.pop()!;
    let worst = limit;
    let at = -1;
    for (let i = a + 1; i < b; i += 1) {
      const d = squareDistance(ring, i % n, a % n, b % n);
      if (d > worst) {
        worst = d;
        at = i;
      }
    }
    if (at < 0) continue;
    isKept[at % n] = 1;
    stack.push([a, at], [at, b]);
  }
  const out: number[] = [];
  for (let i = 0; i < n; i += 1) if (isKept[i] !== 0) out.push(ring[2 * i]!, ring[2 * i + 1]!);
  return Float64Array.from(out);
}

function farthest(ring: Float64Array, from: number): number {
  let best = -1;
  let at = from;
  for (let i = 0; i < ring.length / 2; i += 1) {
    const d = (ring[2 * i]! - ring[2 * from]!) ** 2 + (ring[2 * i + 1]! - ring[2 * from + 1]!) ** 2;
    if (d > best) {
      best = d;
      at = i;
    }
  }
  return at;
}

/** Squared distance of point p from segment a b. */
function squareDistance(ring: Float64Array, p: number, a: number, b: number): number {
  const ax = ring[2 * a]!;
  const ay = ring[2 * a + 1]!;
  const dx = ring[2 * b]! - ax;
  const dy = ring[2 * b + 1]! - ay;
  const px = ring[2 * p]! - ax;
  const py = ring[2 * p + 1]! - ay;
  const length = dx * dx + dy * dy;
  const t = length > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
  return (px - t * dx) ** 2 + (py - t * dy) ** 2;
}

/** Whether any two edges of the rings meet other than neighbours in their common point. Sweeps over x. */
export function hasCrossing(rings: readonly Float64Array[]): boolean {
  interface Edge {
    readonly ring: number;
    readonly index: number;
    readonly count: number;
    readonly ax: number;
    readonly ay: number;
    readonly bx: number;
    readonly by: number;
    readonly from: number;
    readonly to: number;
  }
  const edges: Edge[] = [];
  rings.forEach((ring, r) => {
    const n = ring.length / 2;
    for (let i = 0; i < n; i += 1) {
      const j = (i + 1) % n;
      const ax = ring[2 * i]!;
      const bx = ring[2 * j]!;
      const ay = ring[2 * i + 1]!;
      const by = ring[2 * j + 1]!;
      edges.push({ ring: r, index: i, count: n, ax, ay, bx, by, from: Math.min(ax, bx), to: Math.max(ax, bx) });
    }
  });
  edges.sort((a, b) => a.from - b.from);
  let open: Edge[] = [];
  for (const e of edges) {
    open = open.filter((o) => o.to >= e.from);
    for (const o of open) {
      if (Math.max(o.ay, o.by) < Math.min(e.ay, e.by) || Math.max(e.ay, e.by) < Math.min(o.ay, o.by)) continue;
      const isSame = o.ring === e.ring;
      const step = isSame ? (o.index - e.index + e.count) % e.count : -1;
      if (isSame && (step === 1 || step === e.count - 1)) {
        if (foldsBack(o, e, step === 1)) return true;
      } else if (meets(o, e)) return true;
    }
    open.push(e);
  }
  return false;

  /** Neighbours that run back over each other. */
  function foldsBack(o: Edge, e: Edge, isAfter: boolean): boolean {
    const [first, second] = isAfter ? [e, o] : [o, e];
    const ux = first.bx - first.ax;
    const uy = first.by - first.ay;
    const vx = second.bx - second.ax;
    const vy = second.by - second.ay;
    return ux * vy - uy * vx === 0 && ux * vx + uy * vy < 0;
  }

  function meets(o: Edge, e: Edge): boolean {
    const side = (s: Edge, x: number, y: number) => (s.bx - s.ax) * (y - s.ay) - (s.by - s.ay) * (x - s.ax);
    const a = side(o, e.ax, e.ay);
    const b = side(o, e.bx, e.by);
    const c = side(e, o.ax, o.ay);
    const d = side(e, o.bx, o.by);
    return ((a <= 0 && b >= 0) || (a >= 0 && b <= 0)) && ((c <= 0 && d >= 0) || (c >= 0 && d <= 0));
  }
}
