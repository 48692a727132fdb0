import { describe, expect, test } from 'vitest';
import { LEATHER_GRADING } from '../../src/domain/grading.ts';
import { uniformToMm } from '../../src/domain/scan.ts';
import { findDefects } from '../../src/inspect/find-defects.ts';
import { gradeDefect } from '../../src/inspect/grade-defects.ts';

const classes = [
  { name: 'good' },
  { name: 'hole', threshold: 0.5, minAreaMm2: 2 },
  { name: 'cut', threshold: 0.6, minAreaMm2: 2 },
];
const widthPx = 60;
const heightPx = 40;

/** Paints [left, top, right, bottom, P(defect), class] boxes. */
function maps(boxes: readonly (readonly [number, number, number, number, number, number])[]) {
  const m = {
    widthPx,
    heightPx,
    defect: new Uint8Array(widthPx * heightPx),
    kind: new Uint8Array(widthPx * heightPx).fill(1),
  };
  for (const [x0, y0, x1, y1, p, kind] of boxes)
    for (let y = y0; y < y1; y += 1)
      for (let x = x0; x < x1; x += 1) {
        m.defect[y * widthPx + x] = Math.round(p * 255);
        m.kind[y * widthPx + x] = kind;
      }
  return m;
}
const options = { classes, toMm: uniformToMm(0.5, heightPx), pxPerPx: [1, 1] as const, mmPerPx: 0.5, materialPx: 1e9 };

describe('defects from score maps', () => {
  test('are polygons in table millimetres, y up, with their area', () => {
    const [d, ...rest] = findDefects(maps([[10, 4, 20, 12, 0.9, 1]]), options);
    expect(rest).toEqual([]);
    expect(d!.class).toBe('hole');
    expect(d!.areaMm2).toBeCloseTo(20, 6);
    expect(Math.max(...d!.outline.filter((_, i) => i % 2 === 1))).toBeCloseTo((heightPx - 4) * 0.5, 6);
    expect(d!.confidence).toBeCloseTo(0.9, 1);
    expect(d!.confidence + d!.doubt).toBeCloseTo(1, 9);
  });

  test('are as sure as their clearest tenth, however faint the rest', () => {
    const found = findDefects(
      maps([
        [10, 4, 20, 14, 0.55, 1],
        [12, 6, 16, 10, 0.95, 1],
        [30, 4, 40, 14, 0.55, 1],
      ]),
      options,
    );
    expect(found.map((d) => Math.round(d.confidence * 20) / 20)).toEqual([0.95, 0.55]);
  });

  test('are holes where the table is seen through a good part of them, whatever their rim looks like', () => {
    const rim = [10, 4, 20, 14, 0.9, 2] as const;
    const named = (open: number) => findDefects(maps([rim, [12, 6, 12 + open, 12, 1, 1]]), options)[0]!.class;
    expect(named(6)).toBe('hole');
    expect(named(1)).toBe('cut');
  });

  test('need a sure pixel, then grow into likely ones', () => {
    const likely = [10, 4, 30, 8, 0.4, 2] as const;
    expect(findDefects(maps([likely]), options)).toEqual([]);
    const [d] = findDefects(maps([likely, [12, 4, 13, 8, 0.8, 2]]), options);
    expect(d!.areaMm2).toBeCloseTo(20, 6);
  });

  test('need as sure a pixel as the card asks of a mark, however low the threshold of their pixels is', () => {
    const asked = classes.map((c) => (c.name === 'cut' ? { ...c, threshold: 0.3, sureFrom: 0.6 } : c));
    const likely = [10, 4, 30, 8, 0.5, 2] as const;
    expect(findDefects(maps([likely]), { ...options, classes: asked })).toEqual([]);
    expect(findDefects(maps([likely, [12, 4, 13, 8, 0.7, 2]]), { ...options, classes: asked })).toHaveLength(1);
  });

  test('grow down to the threshold of their pixels, where the card asks much of a mark and little of a pixel', () => {
    const asked = (threshold: number) =>
      classes.map((c) => (c.name === 'cut' ? { ...c, threshold, sureFrom: 0.9 } : c));
    const faint = maps([
      [10, 4, 30, 8, 0.3, 2],
      [12, 4, 18, 8, 0.95, 2],
    ]);
    const areaAt = (threshold: number) => findDefects(faint, { ...options, classes: asked(threshold) })[0]!.areaMm2;
    expect(areaAt(0.25)).toBeCloseTo(20, 6);
    // Without, half of what makes one sure is asked of a pixel.
    expect(areaAt(0.6)).toBeLessThan(10);
  });

  test('are named by their shape where pixels hardly decide: 25 mm long and 1.5 mm wide is no hole', () => {
    const mixed = maps([
      [4, 10, 34, 13, 0.9, 1],
      [34, 10, 54, 13, 0.9, 2],
    ]);
    expect(findDefects(mixed, options).map((d) => d.class)).toEqual(['cut']);
    const sureOfIt = maps([[4, 10, 54, 13, 0.9, 1]]);
    expect(findDefects(sureOfIt, options).map((d) => d.class)).toEqual(['hole']);
  });

  test('below their class’s least area are left out', () => {
    expect(findDefects(maps([[10, 4, 12, 7, 0.9, 1]]), options)).toEqual([]);
  });

  test('take the class of the most certainty, and dashes 1 mm apart are one', () => {
    const found = findDefects(
      maps([
        [10, 4, 20, 6, 0.9, 2],
        [22, 4, 40, 6, 0.9, 2],
        [40, 4, 44, 6, 0.9, 1],
      ]),
      options,
    );
    expect(found.map((d) => d.class)).toEqual(['cut']);
  });

  test('are only what stands out most where the model calls everything a defect', () => {
    const flood = maps([
      [0, 0, 60, 40, 0.6, 2],
      [10, 4, 20, 14, 0.99, 1],
    ]);
    const found = findDefects(flood, { ...options, materialPx: widthPx * heightPx });
    expect(found.map((d) => [d.class, Math.round(d.areaMm2)])).toEqual([['hole', 25]]);
    expect(findDefects(maps([[0, 0, 60, 40, 0.4, 2]]), { ...options, materialPx: widthPx * heightPx })).toEqual([]);
  });

  test('are seen however large they are, when they are sure', () => {
    const found = findDefects(maps([[5, 5, 50, 35, 0.95, 1]]), { ...options, materialPx: widthPx * heightPx });
    expect(found).toHaveLength(1);
  });

  test('keep their holes', () => {
    const [d] = findDefects(
      maps([
        [10, 4, 40, 34, 0.9, 1],
        [20, 14, 30, 24, 0, 1],
      ]),
      options,
    );
    expect(d!.holes).toHaveLength(1);
    expect(d!.areaMm2).toBeCloseTo(200, 6);
  });
});

describe('what is said of a mark', () => {
  const boxes = maps([
    [10, 4, 20, 12, 0.6, 1],
    [30, 4, 40, 12, 0.8, 1],
    [44, 4, 54, 12, 0.98, 1],
  ]);

  test('is what the card holds for its strength, straight between two and level beyond; the marks stay as they are', () => {
    const markConfidence = { strength: [0.7, 0.9], real: [0.2, 0.8], marks: 100, set: 'drawn' };
    const plain = findDefects(boxes, options);
    const told = findDefects(boxes, { ...options, markConfidence });
    expect(told.map((d) => Math.round(d.confidence * 10) / 10)).toEqual([0.2, 0.5, 0.8]);
    for (const d of told) expect(d.confidence + d.doubt).toBeCloseTo(1, 9);
    const marks = (found: typeof told) => found.map(({ confidence: _c, doubt: _d, ...mark }) => mark);
    expect(marks(told)).toEqual(marks(plain));
    expect(plain.map((d) => d.confidence)).toEqual(plain.map((d) => d.strength));
  });
});

describe('grading a defect', () => {
  const defect = { class: 'scar', areaMm2: 50, length: 20, strength: 0.7 };
  test('takes the lowest quality of all matching rules, and its margin', () => {
    const grading = {
      ...LEATHER_GRADING,
      rules: [
        { class: 'scar', quality: 3, margin: 5 },
        { class: 'scar', quality: 1, minAreaMm2: 40, margin: 2 },
        { class: 'scar', quality: 0, minLength: 100 },
      ],
    };
    expect(gradeDefect(defect, grading, classes)).toEqual({ quality: 1, margin: 2 });
    expect(gradeDefect({ ...defect, areaMm2: 10 }, grading, classes)).toEqual({ quality: 3, margin: 5 });
  });

  test('rules of a least confidence go by the strength that they were chosen on, not by what is said', () => {
    const rules = [{ class: 'scar', quality: 1, minConfidence: 0.6, margin: 2 }];
    const said = { ...defect, confidence: 0.3 };
    expect(gradeDefect(said, { ...LEATHER_GRADING, rules }, classes)).toEqual({ quality: 1, margin: 2 });
    const weak = { ...defect, strength: 0.5, confidence: 0.9 };
    expect(gradeDefect(weak, { ...LEATHER_GRADING, rules }, classes)).toEqual({ quality: 4, margin: 0 });
  });

  test('falls back on the pack’s word, then on "otherwise"', () => {
    const none = { ...LEATHER_GRADING, rules: [] };
    expect(gradeDefect(defect, none, [{ name: 'scar', quality: 1, margin: 4 }])).toEqual({ quality: 1, margin: 4 });
    expect(gradeDefect(defect, none, classes)).toEqual({ quality: 4, margin: 0 });
  });
});
