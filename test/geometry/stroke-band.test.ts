import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatRing, type Point, type Ring } from '../../src/domain/ring.ts';
import { pointInRing } from '../../src/geometry/point-in-ring.ts';
import { regionArea } from '../../src/geometry/ring-area.ts';
import { findSelfCrossing } from '../../src/geometry/self-crossing.ts';
import { strokeBand } from '../../src/geometry/stroke-band.ts';

const area = (ring: Ring) => Math.abs(regionArea(flatRing(ring), []));

describe('a pen’s band', () => {
  it('has the area of a capsule along a straight line', () => {
    const band = strokeBand(
      [
        [0, 0],
        [300, 0],
      ],
      10,
    )!;
    const capsule = 300 * 20 + Math.PI * 100;
    expect(Math.abs(area(band) - capsule) / capsule).toBeLessThan(0.05);
  });

  it('is a dot for a tap', () => {
    const band = strokeBand([[50, 60]], 8)!;
    expect(Math.abs(area(band) - Math.PI * 64) / (Math.PI * 64)).toBeLessThan(0.15);
  });

  it('is one region where the stroke crosses itself', () => {
    const eight = Array.from({ length: 60 }, (_, i): Point => {
      const a = (i / 59) * 2 * Math.PI;
      return [100 * Math.sin(a), 60 * Math.sin(2 * a)];
    });
    const band = strokeBand(eight, 6)!;
    expect(findSelfCrossing(flatRing(band))).toBeNull();
    for (const [x, y] of eight) expect(pointInRing(flatRing(band), x, y)).not.toBe('outside');
  });

  it('holds the stroke, and nothing farther from it than its half width and a cell', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 300 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(points, fc.integer({ min: 4, max: 30 }), (stroke, half) => {
        const band = strokeBand(stroke, half)!;
        const cell = Math.max(half / 5, (500 + 2 * half) / 480);
        for (const [x, y] of stroke) expect(pointInRing(flatRing(band), x, y)).not.toBe('outside');
        for (const [x, y] of band) {
          const near = stroke.some((p, i) => distance([x, y], stroke[Math.max(0, i - 1)]!, p) <= half + 2 * cell);
          expect(near).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const dx = bx - ax;
  const dy = by - ay;
  const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
