import { expect, test } from 'vitest';
import { LEATHER_GRADING } from '../../src/domain/grading.ts';
import type { Defect, Inspection } from '../../src/domain/inspection.ts';
import type { Ring } from '../../src/domain/ring.ts';
import { usableReportSchema } from '../../src/domain/usable-report.ts';
import { buildSheet } from '../../src/inspect/build-sheet.ts';
import { usableReport, usableText } from '../../src/inspect/usable-report.ts';

const box = (x: number, y: number, w: number, h: number): Ring => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];

function mark(id: string, name: string, outline: Ring, quality: number, doubt: number): Defect {
  const areaMm2 = (outline[1]![0] - outline[0]![0]) * (outline[2]![1] - outline[1]![1]);
  const seen = { confidence: 1 - doubt, doubt, source: 'model' as const, by: null, at: null };
  return { id, class: name, outline, holes: [], areaMm2, quality, ...seen };
}

function inspectionOf(defects: readonly Defect[]): Inspection {
  const outline = box(0, 0, 1000, 1000);
  const patches = defects.map((d) => ({ ...d, margin: 0 }));
  const { sheet, usableMm2 } = buildSheet({ id: 's', outline, holes: [], baseQuality: 4, patches, tolerance: 0 });
  const sha256 = 'a'.repeat(64);
  return {
    kerf: 1,
    scan: { sha256, widthPx: 10, heightPx: 10, toMm: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
    pack: { id: 'small', sha256 },
    provider: { used: 'cpu', wanted: ['cpu'], why: '' },
    outline,
    holes: [],
    defects,
    regions: [{ kind: 'shade', outline: box(0, 0, 100, 100), value: 3, quality: 4 }],
    grain: null,
    sheet,
    usableMm2,
    seconds: {},
  };
}

const report = usableReport(
  inspectionOf([
    mark('d1', 'hole', box(100, 100, 100, 100), 0, 0),
    mark('d2', 'scar', box(400, 100, 200, 200), 2, 0.5),
    mark('d3', 'scar', box(700, 700, 100, 100), 2, 0.1),
  ]),
  LEATHER_GRADING,
);

test('a hide is 100 % of its grades and of what is lost', () => {
  expect(() => usableReportSchema.parse(report)).not.toThrow();
  expect(report.grades.map((g) => [g.name, g.percent, g.atLeast])).toEqual([
    ['A', 94, 94],
    ['B', 0, 94],
    ['C', 5, 99],
    ['D', 0, 99],
  ]);
  expect(report.lostPercent).toBe(1);
  expect(report.grades.reduce((sum, g) => sum + g.percent, report.lostPercent)).toBeCloseTo(100, 6);
});

test('it tells what takes the area, what waits for a person, and reads as text', () => {
  expect(report.marks).toEqual([
    { class: 'scar', count: 2, areaMm2: 50_000, percent: 5 },
    { class: 'hole', count: 1, areaMm2: 10_000, percent: 1 },
  ]);
  expect(report.regions).toEqual([{ kind: 'shade', count: 1, areaMm2: 10_000 }]);
  expect([report.doubtfulCount, report.doubtfulMm2]).toEqual([1, 40_000]);
  const text = usableText(report);
  expect(text).toContain('A       0.940 m²   94.0 %     94.0 %');
  expect(text).toContain('1 marks wait for a person: up to 0.040 m² may change.');
});
