import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sheet } from '#domain/problem.ts';
import { flatRing, type Ring } from '#domain/ring.ts';
import { pointInRing } from '#geometry/point-in-ring.ts';
import { regionArea } from '#geometry/ring-area.ts';
import { remnantsOf } from '#nest/remnants.ts';

const box = (x: number, y: number, w: number, h: number): Ring => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];
const OPTIONS = { gap: 2, leastMm2: 10_000, leastWidth: 50 };
const HIDE: Sheet = { id: 'hide', outline: box(0, 0, 1000, 600), baseQuality: 4, margin: 3 };

describe('what is left of a sheet', () => {
  it('is the part that nothing was cut from, smaller by the gap, without strips that are too narrow', () => {
    // A block of pieces from x 0 to 400, and a strip of 30 mm left above it.
    const found = remnantsOf(HIDE, [box(0, 0, 400, 570)], OPTIONS);
    expect(found).toHaveLength(1);
    const { sheet, areaMm2, usableMm2 } = found[0]!;
    const xs = sheet.outline.map(([x]) => x);
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(402 - 1e-3);
    expect(Math.min(...xs)).toBeLessThan(403.5);
    // The corners of the opening are round: four quarter circles of 25 mm are missing.
    expect(areaMm2).toBeGreaterThan(596.9 * 599 - 4 * 0.22 * 625);
    expect(areaMm2).toBeLessThan(598 * 600);
    expect(usableMm2).toEqual({ '4': areaMm2 });
    expect(sheet).toMatchObject({ id: 'hide', baseQuality: 4, margin: 3 });
  });

  it('carries zones, holes and grain over, cut to its shape', () => {
    const sheet: Sheet = {
      ...HIDE,
      holes: [box(700, 300, 40, 40)],
      zones: [
        { quality: 1, outline: box(350, 100, 200, 100) },
        { quality: 2, outline: box(20, 20, 50, 50) },
      ],
      grain: {
        field: [
          { x: 100, y: 300, angle: 10 },
          { x: 800, y: 300, angle: 70 },
          { x: 390, y: 300, angle: 50 },
        ],
      },
    };
    const [remnant] = remnantsOf(sheet, [box(0, 0, 400, 600)], OPTIONS);
    expect(remnant?.sheet.holes).toHaveLength(1);
    expect(remnant?.sheet.zones).toHaveLength(1);
    const zone = remnant!.sheet.zones![0]!;
    expect(zone.quality).toBe(1);
    expect(Math.min(...zone.outline.map(([x]) => x))).toBeGreaterThanOrEqual(402 - 1e-3);
    expect(remnant?.sheet.grain?.field?.map((s) => s.angle)).toEqual([70, 50]);
    const sum = Object.values(remnant?.usableMm2 ?? {}).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(remnant!.areaMm2, 0);
    expect(remnant?.usableMm2['1']).toBeGreaterThan(14_000);
  });

  it('falls apart where what is left is narrow between, the largest first', () => {
    const found = remnantsOf(HIDE, [box(300, 20, 100, 580)], OPTIONS);
    expect(found.map(({ sheet }) => Math.min(...sheet.outline.map(([x]) => x)) > 300)).toEqual([true, false]);
    expect(remnantsOf(HIDE, [box(0, 0, 1000, 560)], OPTIONS)).toEqual([]);
  });

  it('never holds a point that was cut, or lies nearer than the gap, and is never more than there was', () => {
    const piece = fc.tuple(
      fc.integer({ min: 0, max: 900 }),
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 20, max: 300 }),
      fc.integer({ min: 20, max: 300 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const cut = pieces.map(([x, y, w, h]) => box(x, y, w, h));
        const found = remnantsOf(HIDE, cut, OPTIONS);
        let sum = 0;
        for (const { sheet, areaMm2 } of found) {
          const rim = flatRing(sheet.outline);
          const holes = (sheet.holes ?? []).map(flatRing);
          sum += regionArea(rim, holes);
          expect(areaMm2).toBeCloseTo(regionArea(rim, holes), 0);
          for (const [x, y, w, h] of pieces) {
            const isIn = (px: number, py: number) =>
              pointInRing(rim, px, py) === 'inside' && holes.every((r) => pointInRing(r, px, py) === 'outside');
            expect(isIn(x + w / 2, y + h / 2)).toBe(false);
            // Just outside the piece, within the gap.
            expect(isIn(x + w + 1.4, y + h / 2)).toBe(false);
            expect(isIn(x - 1.4, y + h / 2)).toBe(false);
          }
        }
        expect(sum).toBeLessThanOrEqual(600_000);
      }),
      { numRuns: 30 },
    );
  });
});
