import ClipperLib from 'clipper-lib';
import type { Paths } from 'clipper-lib';
import { KerfError } from '#domain/kerf-error.ts';
import type { FlatRing } from '#domain/ring.ts';

/** Clipper works on integers: ten-thousandths of a mm. */
const UNITS_PER_MM = 10_000;
/** How far round corners may leave their arc, mm. */
const ARC_TOLERANCE = 0.002;

/** The way of a beam or jet that takes away `kerfWidth`: half of it outside an outline, half of it inside a hole, so that
 *  what stays has the drawn size. Outer corners become round, as the beam leaves them. `ring` counter-clockwise for an
 *  outline, clockwise for a hole, and so is the answer.
 *  @throws KerfError CUT_KERF_TOO_WIDE where a hole or a slot is narrower than the kerf */
export function compensateKerf(ring: FlatRing, kerfWidth: number, kind: 'inner' | 'outer'): FlatRing {
  if (kerfWidth === 0) return ring;
  const path = [];
  for (let i = 0; i < ring.length; i += 2) {
    path.push({ X: Math.round(ring[i]! * UNITS_PER_MM), Y: Math.round(ring[i + 1]! * UNITS_PER_MM) });
  }
  if (!ClipperLib.Clipper.Orientation(path)) path.reverse();
  const offsetter = new ClipperLib.ClipperOffset(2, ARC_TOLERANCE * UNITS_PER_MM);
  offsetter.AddPath(path, ClipperLib.JoinType.jtRound, ClipperLib.EndType.etClosedPolygon);
  const out: Paths = [];
  offsetter.Execute(out, (kind === 'outer' ? 0.5 : -0.5) * kerfWidth * UNITS_PER_MM);
  const [first] = out;
  if (!first || out.length > 1) {
    throw new KerfError(
      'CUT_KERF_TOO_WIDE',
      `found ${kind === 'outer' ? 'an outline with a slot' : 'a hole'} narrower than the kerf, expected at least ${kerfWidth} mm.`,
      { details: { kerfWidth, kind } },
    );
  }
  const flat = Float64Array.from(first.flatMap(({ X, Y }) => [X / UNITS_PER_MM, Y / UNITS_PER_MM]));
  if (kind === 'outer') return flat;
  const turned = new Float64Array(flat.length);
  for (let i = 0; i < flat.length; i += 2) turned.set(flat.subarray(flat.length - 2 - i, flat.length - i), i);
  return turned;
}
