import { describe, expect, test } from 'vitest';
import type { Ring } from '../../src/domain/ring.ts';
import { buildSheet } from '../../src/inspect/build-sheet.ts';

const box = (x: number, y: number, w: number, h: number): Ring => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];
const base = { id: 's', outline: box(0, 0, 1000, 1000), holes: [], baseQuality: 4 };

function areaOf(ring: Ring): number {
  return Math.abs(
    ring.reduce((s, [x, y], i) => s + x * ring[(i + 1) % ring.length]![1] - ring[(i + 1) % ring.length]![0] * y, 0) / 2,
  );
}

describe('the sheet of an inspection', () => {
  test('keeps the margin round a zone and never less', () => {
    const { sheet } = buildSheet({
      ...base,
      patches: [{ outline: box(400, 400, 10, 10), holes: [], quality: 2, margin: 3 }],
    });
    const zone = sheet.zones![0]!;
    expect(zone.quality).toBe(2);
    const xs = zone.outline.map((p) => p[0]);
    expect(Math.min(...xs)).toBeLessThanOrEqual(397);
    expect(Math.min(...xs)).toBeGreaterThan(396);
    // 10 x 10 with a band of 3 and round corners: at least 100 + 4 * 30 + 9 pi
    expect(areaOf(zone.outline)).toBeGreaterThanOrEqual(248.2);
    expect(areaOf(zone.outline)).toBeLessThan(275);
  });

  test('makes a hole of quality 0 inside and a bite where it crosses the rim', () => {
    const { sheet, usableMm2 } = buildSheet({
      ...base,
      patches: [
        { outline: box(100, 100, 50, 50), holes: [], quality: 0, margin: 0 },
        { outline: box(-20, 500, 120, 100), holes: [], quality: 0, margin: 0 },
      ],
    });
    expect(sheet.holes).toHaveLength(1);
    expect(sheet.zones).toBeUndefined();
    expect(areaOf(sheet.outline)).toBeLessThan(990_000);
    expect(usableMm2['4']).toBeCloseTo(1e6 - 2500 - 10_000, -3);
  });

  test('counts each spot once, by the lowest quality that lies there', () => {
    const { usableMm2 } = buildSheet({
      ...base,
      patches: [
        { outline: box(100, 100, 200, 200), holes: [], quality: 3, margin: 0 },
        { outline: box(200, 200, 200, 200), holes: [], quality: 1, margin: 0 },
      ],
    });
    expect(usableMm2['1']).toBeCloseTo(40_000, -3);
    expect(usableMm2['3']).toBeCloseTo(30_000, -3);
    expect(usableMm2['1']! + usableMm2['3']! + usableMm2['4']!).toBeCloseTo(1e6, 0);
  });

  test('keeps the largest piece where a cut goes right through, and says how much that leaves out', () => {
    const { sheet, leftOut } = buildSheet({
      ...base,
      patches: [{ outline: box(300, -10, 20, 1020), holes: [], quality: 0, margin: 0 }],
    });
    expect(Math.min(...sheet.outline.map((p) => p[0]))).toBeGreaterThan(319);
    expect(leftOut!.count).toBe(1);
    expect(leftOut!.areaMm2).toBeCloseTo(300_000, -3);
  });

  test('leaves nothing out where all hangs together', () => {
    expect(buildSheet({ ...base, patches: [] }).leftOut).toBeUndefined();
  });

  test.each([
    ['over all of it', box(-10, -10, 1020, 1020)],
    ['that leaves slivers', box(0.05, 0.05, 999.9, 999.9)],
  ])('is refused with quality 0 %s: a rejected hide is no faultless one', (_, outline) => {
    const build = () => buildSheet({ ...base, patches: [{ outline, holes: [], quality: 0, margin: 0 }] });
    expect(build).toThrow(
      expect.objectContaining({
        code: 'INSPECT_NOTHING_LEFT',
        fault: 'answer',
        details: { hideMm2: 1e6, patchCount: 1 },
      }),
    );
  });

  test('is refused where openings take all', () => {
    expect(() => buildSheet({ ...base, holes: [base.outline], patches: [] })).toThrow('nothing is left');
  });
});
