import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskToContours } from '#geometry/mask-to-contour.ts';
import { findSelfCrossing } from '#geometry/self-crossing.ts';
import { simplifyRings } from '#geometry/simplify-ring.ts';

const SIDE = 14;
const TOLERANCE = 0.5;
/** Ragged blobs at half a millimetre a pixel: the worst that a score map gives. */
const masks = fc
  .array(fc.boolean(), { minLength: SIDE * SIDE, maxLength: SIDE * SIDE })
  .map((cells) => cells.map((on, i) => on || i % 5 === 0));

test('a simplified region keeps within half a millimetre of every pixel corner and never crosses or touches itself', () => {
  fc.assert(
    fc.property(masks, (mask) => {
      for (const region of maskToContours((i) => mask[i] === true, SIDE, SIDE)) {
        const rings = [region.outline, ...region.holes].map((ring) => ring.map((v) => v * 0.5));
        const simple = simplifyRings(rings, TOLERANCE);
        expect(simple).toHaveLength(rings.length);
        simple.forEach((ring, k) => {
          expect(findSelfCrossing(ring)).toBeNull();
          for (let i = 0; i < rings[k]!.length; i += 2)
            expect(distanceTo(ring, rings[k]![i]!, rings[k]![i + 1]!)).toBeLessThanOrEqual(TOLERANCE + 1e-9);
        });
      }
    }),
    { numRuns: 150 },
  );
});

/** From a point to the nearest side of a ring. */
function distanceTo(ring: Float64Array, x: number, y: number): number {
  let least = Infinity;
  for (let i = 0; i < ring.length; i += 2) {
    const [ax, ay] = [ring[i]!, ring[i + 1]!];
    const [dx, dy] = [ring[(i + 2) % ring.length]! - ax, ring[(i + 3) % ring.length]! - ay];
    const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(x - ax - t * dx, y - ay - t * dy));
  }
  return least;
}
