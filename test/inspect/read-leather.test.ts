import { describe, expect, test } from 'vitest';
import { measureEven, measureGrain, rankShare, shareFrom } from '../../src/cli/bench/leather-measures.ts';
import { median } from '../../src/cli/bench/figures.ts';
import { EVEN_LEATHER_GRADING, LEATHER_GRADING } from '../../src/domain/grading.ts';
import type { Ring } from '../../src/domain/ring.ts';
import { buildSheet } from '../../src/inspect/build-sheet.ts';
import { cellRegions, type CellRegion } from '../../src/inspect/cell-regions.ts';
import { gradeRegion, regionLevels, regionPatches } from '../../src/inspect/grade-regions.ts';
import { LOW_DOUBT } from '../../src/inspect/grain-field.ts';
import { sheetGrain } from '../../src/inspect/read-leather.ts';
import { uniformToMm } from '../../src/domain/scan.ts';

const small = { width: 560, height: 430 };
/** Drawing takes its time on a machine that others use, too. */
const PATIENT_MS = 120_000;
const box = (x: number, y: number, w: number, h: number): Ring => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];

describe('the map of evenness', () => {
  test(
    'tells loose belly from the rest by shade and by grain, on a fixed drawn hide',
    async () => {
      const scores = await measureEven(602, small);
      expect(rankShare(scores.unevenShade, scores.evenShade)).toBeGreaterThan(0.99);
      expect(rankShare(scores.unevenTexture, scores.evenTexture)).toBeGreaterThan(0.75);
      expect(shareFrom(scores.unevenShade, 2.5)).toBeGreaterThan(0.85);
      expect(shareFrom(scores.evenShade, 2.5)).toBeLessThan(0.03);
    },
    PATIENT_MS,
  );
});

describe('the grain', () => {
  test(
    'is within ten degrees on the median where its doubt is low, on a fixed drawn hide',
    async () => {
      const samples = await measureGrain(505, 0, small);
      const low = samples.filter((s) => s.doubt <= LOW_DOUBT);
      expect(low.length).toBeGreaterThan(samples.length / 2);
      expect(median(low.map((s) => s.error))).toBeLessThan(10);
    },
    PATIENT_MS,
  );

  test(
    'is doubted where leather shows none: few samples of a faint hide are sure of themselves',
    async () => {
      const samples = await measureGrain(501, 0, small);
      expect(samples.filter((s) => s.doubt <= LOW_DOUBT).length).toBeLessThan(samples.length / 5);
    },
    PATIENT_MS,
  );

  test('binds pieces only where the grading says how sure it must be', () => {
    const field = [
      { x: 1, y: 1, angle: 10, doubt: 0.1 },
      { x: 2, y: 1, angle: 90, doubt: 0.6 },
    ];
    expect(sheetGrain({ field, directed: false }, LEATHER_GRADING)).toBeUndefined();
    const asking = { ...LEATHER_GRADING, grain: { maxDoubt: 0.2 } };
    expect(sheetGrain({ field, directed: false }, asking)).toEqual({ field: [field[0]], directed: false });
    expect(sheetGrain({ field: [field[1]!], directed: false }, asking)).toBeUndefined();
  });
});

describe('regions', () => {
  const grid = { across: 10, down: 10, sidePx: [20, 20] as const, toMm: uniformToMm(1, 200) };
  const values = new Float64Array(100);
  for (let y = 2; y < 6; y += 1) for (let x = 3; x < 8; x += 1) values[10 * y + x] = 4;
  values[99] = NaN;

  test('are the cells from a level on, as polygons in table millimetres with their usual value', () => {
    const [region, ...rest] = cellRegions(values, grid, 2, 500);
    expect(rest).toEqual([]);
    // 5 x 4 cells of 20 mm, corners rounded by blending.
    expect(region!.areaMm2).toBeGreaterThan(0.9 * 8000);
    expect(region!.areaMm2).toBeLessThan(1.05 * 8000);
    expect(region!.value).toBe(4);
    const ys = region!.outline.map((p) => p[1]);
    expect(Math.max(...ys)).toBeCloseTo(160, 0);
    expect(Math.min(...ys)).toBeCloseTo(80, 0);
    expect(cellRegions(values, grid, 2, 10_000)).toEqual([]);
  });

  test('keep what they enclose: belly all along the rim does not make the back belly', () => {
    const hide = { across: 20, down: 16, sidePx: [100, 100] as const, toMm: uniformToMm(1, 1600) };
    const belly = Float64Array.from({ length: 320 }, (_, i) => {
      const [x, y] = [i % 20, Math.floor(i / 20)];
      return Math.min(x, y, 19 - x, 15 - y) < 2 ? 10 : 0;
    });
    const [{ areaMm2, ...ring }, ...rest] = cellRegions(belly, hide, 5, 2000) as [CellRegion];
    expect(rest).toEqual([]);
    expect(areaMm2 / 1e6).toBeCloseTo(3.2 - 1.92, 1);
    const region = { kind: 'shade' as const, ...ring };
    const graded = { ...region, quality: gradeRegion(region, EVEN_LEATHER_GRADING).quality };
    const { sheet, usableMm2 } = buildSheet({
      ...{ id: 's', outline: box(0, 0, 2000, 1600), holes: [], baseQuality: 4 },
      patches: regionPatches([graded], EVEN_LEATHER_GRADING),
    });
    expect(sheet.zones).toMatchObject([{ quality: 2, holes: [expect.anything()] }]);
    expect(usableMm2['2']! / 1e6).toBeCloseTo(1.28, 1);
    expect(usableMm2['4']! / 1e6).toBeCloseTo(1.92, 1);
    // A rule for large regions looks at the ring, not at what it encloses.
    const large = { region: 'shade' as const, minAreaMm2: 2e6, quality: 1 };
    expect(gradeRegion(region, { ...LEATHER_GRADING, rules: [large] }).quality).toBe(4);
    expect(gradeRegion({ ...region, holes: [] }, { ...LEATHER_GRADING, rules: [large] }).quality).toBe(1);
  });

  test('take the lowest quality of the rules that match them; by default they take none', () => {
    const shade = (value: number) => ({ kind: 'shade' as const, outline: box(0, 0, 100, 100), value });
    expect(gradeRegion(shade(3), EVEN_LEATHER_GRADING).quality).toBe(3);
    expect(gradeRegion(shade(6), EVEN_LEATHER_GRADING).quality).toBe(2);
    expect(gradeRegion({ ...shade(6), outline: box(0, 0, 10, 10) }, EVEN_LEATHER_GRADING).quality).toBe(4);
    expect(gradeRegion(shade(9), LEATHER_GRADING).quality).toBe(4);
    expect(regionLevels('shade', EVEN_LEATHER_GRADING, 1)).toEqual([2.5, 5]);
    expect(regionLevels('shade', LEATHER_GRADING, 1)).toEqual([1]);
  });

  test('become zones of the sheet where they are graded below the rest', () => {
    const regions = [
      { kind: 'shade' as const, outline: box(100, 100, 200, 100), value: 3, quality: 3 },
      { kind: 'texture' as const, outline: box(500, 100, 200, 100), value: 0.6, quality: 4 },
    ];
    const patches = regionPatches(regions, EVEN_LEATHER_GRADING);
    const { sheet, usableMm2 } = buildSheet({
      id: 's',
      outline: box(0, 0, 1000, 500),
      holes: [],
      baseQuality: 4,
      patches,
    });
    expect(sheet.zones!.map((z) => z.quality)).toEqual([3]);
    expect(usableMm2['3']).toBeGreaterThanOrEqual(20_000);
    expect(usableMm2['3']! + usableMm2['4']!).toBeCloseTo(500_000, 3);
  });
});
