/** A drawn path in pixels: flat [x0, y0, x1, y1, …]. */
export type StrokePath = readonly number[];

/** Called for each pixel near a path: signed distance in pixels (positive to the left in the picture when walking
 *  along), share 0..1 of the way along it, index in the planes. */
export type StrokeVisit = (at: number, distance: number, share: number, u: number, v: number) => void;

/** Visits once every pixel within `reachPx` of the path, with the distance to the nearest of its segments. */
export function visitStroke(
  size: { readonly widthPx: number; readonly heightPx: number },
  path: StrokePath,
  reachPx: number,
  visit: StrokeVisit,
): void {
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  for (let i = 0; i + 1 < path.length; i += 2) {
    left = Math.min(left, path[i]!);
    right = Math.max(right, path[i]!);
    top = Math.min(top, path[i + 1]!);
    bottom = Math.max(bottom, path[i + 1]!);
  }
  const u0 = Math.max(0, Math.floor(left - reachPx));
  const u1 = Math.min(size.widthPx - 1, Math.ceil(right + reachPx));
  const v0 = Math.max(0, Math.floor(top - reachPx));
  const v1 = Math.min(size.heightPx - 1, Math.ceil(bottom + reachPx));
  if (u1 < u0 || v1 < v0) return;
  const wide = u1 - u0 + 1;
  const best = new Float32Array(wide * (v1 - v0 + 1)).fill(Infinity);
  const share = new Float32Array(best.length);
  const count = path.length / 2 - 1;
  for (let s = 0; s < count; s += 1) {
    const ax = path[2 * s]!;
    const ay = path[2 * s + 1]!;
    const bx = path[2 * s + 2]!;
    const by = path[2 * s + 3]!;
    const dx = bx - ax;
    const dy = by - ay;
    const length = Math.hypot(dx, dy) || 1e-9;
    const fromU = Math.max(u0, Math.floor(Math.min(ax, bx) - reachPx));
    const toU = Math.min(u1, Math.ceil(Math.max(ax, bx) + reachPx));
    const fromV = Math.max(v0, Math.floor(Math.min(ay, by) - reachPx));
    const toV = Math.min(v1, Math.ceil(Math.max(ay, by) + reachPx));
    for (let v = fromV; v <= toV; v += 1) {
      for (let u = fromU; u <= toU; u += 1) {
        const px = u + 0.5 - ax;
        const py = v + 0.5 - ay;
        const t = Math.min(1, Math.max(0, (px * dx + py * dy) / (length * length)));
        const distance = Math.hypot(px - t * dx, py - t * dy);
        if (distance > reachPx) continue;
        const at = (v - v0) * wide + (u - u0);
        if (distance >= Math.abs(best[at]!)) continue;
        best[at] = dx * py - dy * px < 0 ? distance : -distance;
        share[at] = (s + t) / count;
      }
    }
  }
  for (let v = v0; v <= v1; v += 1) {
    for (let u = u0; u <= u1; u += 1) {
      const near = (v - v0) * wide + (u - u0);
      const distance = best[near]!;
      if (distance !== Infinity) visit(v * size.widthPx + u, distance, share[near]!, u, v);
    }
  }
}
