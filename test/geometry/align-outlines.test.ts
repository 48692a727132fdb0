import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlatRing } from '#domain/ring.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { alignOutlines, MOST_TURN, type Alignment } from '#geometry/align-outlines.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { placeRing } from '#geometry/transform-ring.ts';

/** Something like a hide: a wavy oval of 2000 x 1500 mm with four legs. */
function hide(seed = 1): FlatRing {
  const random = seededRandom(seed);
  const waves = Array.from({ length: 6 }, (_, k) => ({
    size: (30 / (k + 1)) * random(),
    shift: 6 * random(),
    n: k + 3,
  }));
  const points: number[] = [];
  for (let k = 0; k < 400; k += 1) {
    const t = (2 * Math.PI * k) / 400;
    const wave = waves.reduce((sum, w) => sum + w.size * Math.sin(w.n * t + w.shift), 0);
    const leg = 110 * Math.max(0, Math.cos(4 * (t - 0.7))) ** 6;
    const r = 650 + 250 * Math.cos(t) ** 2 + wave + leg;
    points.push(1100 + r * Math.cos(t), 900 + r * Math.sin(t));
  }
  return Float64Array.from(points);
}

/** As a second look finds it: half a millimetre of noise. */
function lookedAt(ring: FlatRing, seed = 5): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from(ring, (v) => v + (random() - 0.5));
}

function rectangle(x: number, y: number, w: number, h: number): FlatRing {
  return Float64Array.of(x, y, x + w, y, x + w, y + h, x, y + h);
}

/** Turned about the middle of the hide, then shifted. */
function slipped(rings: readonly FlatRing[], degrees: number, dx: number, dy: number): FlatRing[] {
  return rings.map((ring) => {
    const centred = ring.map((v, i) => v - (i % 2 === 0 ? 1100 : 900));
    return placeRing(centred, { x: 1100 + dx, y: 900 + dy, rotation: degrees, mirrored: false });
  });
}

function found(answer: ReturnType<typeof alignOutlines>): Alignment {
  if ('refused' in answer) throw new Error(`refused: ${answer.refused}`);
  return answer;
}

describe('bringing two looks at a sheet together', () => {
  test('finds how it slipped to less than the noise of its rim', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: -6, max: 6, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        (seed, degrees, dx, dy) => {
          const before = hide(seed);
          const [truth] = slipped([before], degrees, dx, dy);
          const { move, residual, share, farthest } = found(
            alignOutlines({ before: [before], after: [lookedAt(truth!)] }),
          );
          expect(residual).toBeLessThan(0.6);
          expect(share).toBeGreaterThan(0.98);
          expect(farthest).toBeLessThan(Math.hypot(dx, dy) + 1100 * Math.abs((degrees * Math.PI) / 180) + 1);
          const placed = placeRing(before, { ...move, mirrored: false });
          for (let i = 0; i < placed.length; i += 40) {
            expect(Math.abs(placed[i]! - truth![i]!)).toBeLessThan(0.5);
            expect(Math.abs(placed[i + 1]! - truth![i + 1]!)).toBeLessThan(0.5);
          }
        },
      ),
      { numRuns: 25, seed: 3 },
    );
  });

  test('is not led astray by a piece that was taken off at the rim, nor by holes that opened', () => {
    const before = hide();
    const { minX } = ringBounds(before);
    // The left fifth of the rim was cut away.
    const [truth] = slipped([before], 2, 14, -9);
    const cut = truth!.map((v, i) => (i % 2 === 0 ? Math.max(v, minX + 350) : v));
    const holes = slipped([rectangle(900, 700, 200, 150), rectangle(1200, 1000, 90, 90)], 2, 14, -9);
    const { move, share } = found(alignOutlines({ before: [before], after: [lookedAt(cut), ...holes] }));
    expect(share).toBeLessThan(0.95);
    expect(move.rotation).toBeCloseTo(2, 1);
    const placed = placeRing(before, { ...move, mirrored: false });
    expect(Math.abs(placed[0]! - truth![0]!)).toBeLessThan(1);
  });

  test('holds a long straight strip by the holes that were cut into it', () => {
    // The picture shows no end of the strip: along it only the cuts say where it lies.
    const strip = rectangle(0, 300, 2000, 400);
    const cuts = [rectangle(400, 400, 200, 150), rectangle(900, 350, 150, 200)];
    const shown = [rectangle(0, 300, 2000, 400), ...cuts.map((c) => c.map((v, i) => (i % 2 === 0 ? v + 11 : v)))];
    const isRim = (x: number) => x > 2 && x < 1998;
    expect(alignOutlines({ before: [strip], after: shown, isRim })).toEqual({ refused: 'turns freely' });
    const { move } = found(alignOutlines({ before: [strip, ...cuts], after: shown, isRim }));
    expect(move.x).toBeCloseTo(11, 1);
  });

  test('refuses another sheet, one that was turned on purpose, a disc, and a picture without a rim', () => {
    const before = hide();
    expect(alignOutlines({ before: [before], after: [rectangle(100, 100, 900, 700)] })).toEqual({
      refused: 'no match',
    });
    expect(alignOutlines({ before: [before], after: slipped([before], MOST_TURN + 30, 0, 0) })).toHaveProperty(
      'refused',
    );
    const disc = Float64Array.from({ length: 400 }, (_, i) =>
      i % 2 === 0 ? 300 * Math.cos((Math.PI * i) / 200) : 300 * Math.sin((Math.PI * (i - 1)) / 200),
    );
    expect(alignOutlines({ before: [disc], after: [disc] })).toEqual({ refused: 'turns freely' });
    expect(alignOutlines({ before: [before], after: [before], isRim: () => false })).toEqual({ refused: 'no rim' });
    expect(alignOutlines({ before: [], after: [before] })).toEqual({ refused: 'no rim' });
  });
});
