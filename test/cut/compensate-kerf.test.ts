import { describe, expect, it } from 'vitest';
import { compensateKerf } from '#cut/compensate-kerf.ts';
import type { KerfError } from '#domain/kerf-error.ts';
import { flatRing, type FlatRing, type Point } from '#domain/ring.ts';
import { orientRing } from '#geometry/orient-ring.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { pieceShape } from '#geometry/piece-shape.ts';

const outline = (points: readonly Point[]) => orientRing(flatRing(points), 'outer');
const hole = (points: readonly Point[]) => orientRing(flatRing(points), 'hole');
const refused = (ring: FlatRing, kerfWidth: number, kind: 'inner' | 'outer') => {
  try {
    compensateKerf(ring, kerfWidth, kind, 'p');
    return null;
  } catch (error) {
    return error;
  }
};
const circle = (r: number): Point[] =>
  Array.from({ length: 90 }, (_, k) => [50 + r * Math.cos((k * Math.PI) / 45), 50 + r * Math.sin((k * Math.PI) / 45)]);

/** A square of 100 mm with a slot of a width, a depth and walls that lean by so much, in the middle of its lower side. */
const slotted = (width: number, depth: number, lean = 0, tip: Point[] = []): Point[] => [
  [0, 0],
  [50 - width / 2 - lean, 0],
  [50 - width / 2, depth],
  ...tip,
  [50 + width / 2, depth],
  [50 + width / 2 + lean, 0],
  [100, 0],
  [100, 100],
  [0, 100],
];

describe('a slot narrower than the kerf', () => {
  it('is refused with its piece, place and depth, however deep it is, in an outline', () => {
    for (const [width, depth] of [
      [0.2, 20],
      [0.39, 20],
      [0.2, 0.5],
      [0.01, 5],
    ] as const) {
      const error = refused(outline(slotted(width, depth)), 0.4, 'outer');
      expect(error, `${width} x ${depth}`).toMatchObject({
        code: 'CUT_KERF_TOO_WIDE',
        details: { piece: 'p', kind: 'outer', depth: expect.closeTo(depth, 0) as number },
      });
    }
    expect(refused(outline(slotted(0.2, 20)), 0.4, 'outer')).toMatchInlineSnapshot(
      `[KerfError: piece "p": found an outline with a slot narrower than the kerf at (49.90, 20.00), 19.97 mm deep, expected at least 0.4 mm.]`,
    );
  });

  it('is refused in a hole, beside its wide part', () => {
    // The hole of the audit: 40 by 20 with a slot of .2 by 10 out of its upper side.
    const slot = hole([
      [30, 40],
      [70, 40],
      [70, 60],
      [50.1, 60],
      [50.1, 70],
      [49.9, 70],
      [49.9, 60],
      [30, 60],
    ]);
    expect(refused(slot, 0.4, 'inner')).toMatchObject({ code: 'CUT_KERF_TOO_WIDE', details: { kind: 'inner' } });
    expect(refused(slot, 0.1, 'inner')).toBeNull();
    expect(refused(hole(circle(0.15)), 0.4, 'inner')).toMatchObject({ code: 'CUT_KERF_TOO_WIDE' });
  });

  it('is refused where it is the neck of a bay', () => {
    const bay = outline([
      [0, 0],
      [49.9, 0],
      [49.9, 10],
      [40, 10],
      [40, 30],
      [60, 30],
      [60, 10],
      [50.1, 10],
      [50.1, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ]);
    const error = refused(bay, 0.4, 'outer');
    expect(error).toMatchObject({ code: 'CUT_KERF_TOO_WIDE', details: { piece: 'p', depth: null } });
    const { x, y } = (error as KerfError).details as { x: number; y: number };
    expect(x > 40 && x < 60 && y > 10 && y < 30).toBe(true);
  });

  it('is one too with a round end, or with walls that all but meet', () => {
    const round: Point[] = Array.from({ length: 11 }, (_, k) => [
      50 - 0.15 * Math.cos((k * Math.PI) / 10),
      10 + 0.15 * Math.sin((k * Math.PI) / 10),
    ]);
    expect(refused(outline(slotted(0.3, 10, 0, round.slice(1, -1))), 0.4, 'outer')).not.toBeNull();
    expect(refused(outline(slotted(0.002, 30, 0.5)), 0.4, 'outer')).not.toBeNull();
  });
});

describe('what no beam can follow more closely', () => {
  it('passes: slots as wide as the kerf, corners of any angle from a dart on, rounded or not, outwards and inwards', () => {
    for (const kerfWidth of [0.1, 0.2, 0.4, 1])
      for (const lean of [1, 2, 5, 10, 40])
        for (const depth of [1, 3, 10, 30]) {
          const sharp = (2 * Math.atan(lean / depth) * 180) / Math.PI;
          if (sharp < 12) continue;
          const tips: Point[][] = [
            slotted(0.0001, depth, lean),
            slotted(0.06, depth, lean, [[50, depth + 0.02]]),
            slotted(kerfWidth * 1.01, depth, lean),
          ];
          for (const tip of tips) {
            expect(refused(outline(tip), kerfWidth, 'outer'), `${sharp} degrees, kerf ${kerfWidth}`).toBeNull();
            // The same drawn inside out: the dart is a spike.
            const flipped = tip.map(([x, y]): Point => [x, y > 0 && y < 100 ? -y : y]);
            expect(refused(outline(flipped), kerfWidth, 'outer')).toBeNull();
          }
          expect(
            refused(hole(tips[0]!.map(([x, y]): Point => [x, y > 0 && y < 100 ? -y : y])), kerfWidth, 'inner'),
          ).toBe(null);
        }
    expect(refused(outline(slotted(0.401, 20)), 0.4, 'outer')).toBeNull();
    expect(refused(hole(circle(0.25)), 0.4, 'inner')).toBeNull();
    expect(refused(hole(circle(20)), 0.4, 'inner')).toBeNull();
    expect(refused(outline(circle(20)), 0.4, 'outer')).toBeNull();
  });

  it('passes in every piece of the sample order', () => {
    const { pieces } = sampleOrder();
    pieces.forEach((_, k) => {
      const shape = pieceShape(pieces, k, 0.008);
      expect(refused(shape.outline, 0.4, 'outer')).toBeNull();
      for (const ring of shape.holes) expect(refused(ring, 0.4, 'inner')).toBeNull();
    });
  });
});
