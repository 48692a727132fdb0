import { describe, expect, test } from 'vitest';
import { EVEN_LEATHER_GRADING, gradingSchema, LEATHER_GRADING } from '../../src/domain/grading.ts';
import { parseDocument } from '../../src/domain/parse-document.ts';
import { uniformToMm } from '../../src/domain/scan.ts';
import { findDefects, seeDefects } from '../../src/inspect/find-defects.ts';
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

describe('the length of a defect', () => {
  test.each([0, 17, 30, 45, 63, 90, 135])('is that of a scratch of 200 by 6 mm turned by %s degrees', (degrees) => {
    const sizePx = 300;
    const [ux, uy] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const defect = Uint8Array.from({ length: sizePx ** 2 }, (_, i) => {
      const [x, y] = [(i % sizePx) + 0.5 - 150, Math.floor(i / sizePx) + 0.5 - 150];
      return Math.abs(x * ux + y * uy) <= 100 && Math.abs(y * ux - x * uy) <= 3 ? 240 : 0;
    });
    const kind = new Uint8Array(defect.length).fill(2);
    const [scratch, ...rest] = findDefects(
      { widthPx: sizePx, heightPx: sizePx, defect, kind },
      { ...options, toMm: uniformToMm(1, sizePx), mmPerPx: 1 },
    );
    expect(rest).toEqual([]);
    expect(scratch!.length).toBeGreaterThan(197);
    expect(scratch!.length).toBeLessThan(203);
    const rule = { class: scratch!.class, minLength: 180, quality: 1 };
    expect(gradeDefect(scratch!, { ...LEATHER_GRADING, rules: [rule] }, [], null).quality).toBe(1);
  });
});

describe('more marks than a hide can have', () => {
  /** A hide of 400 by 300 mm, a pixel a millimetre. */
  const whole = { widthPx: 400, heightPx: 300 };
  const onHide = { ...options, toMm: uniformToMm(1, 300), mmPerPx: 1, materialPx: 120_000 };
  function hideMaps(p: (x: number, y: number) => number) {
    const count = whole.widthPx * whole.heightPx;
    const defect = Uint8Array.from({ length: count }, (_, i) => Math.round(255 * p(i % 400, Math.floor(i / 400))));
    return { ...whole, defect, kind: new Uint8Array(count).fill(2) };
  }
  const stain = (share: number, p: number) => {
    const side = Math.sqrt(share * 120_000);
    return hideMaps((x, y) => (x >= 20 && x < 20 + side && y >= 20 && y < 20 + side ? p : 0));
  };

  test.each([
    [0.07, 0.745],
    [0.12, 0.745],
    [0.2, 0.745],
    [0.2, 0.796],
    [0.45, 0.745],
  ])(
    'that are one patch over %s of it at P = %s are a mark: one that a person is asked about from 8 %% on',
    (share, p) => {
      const { defects, doubtful, unbelieved } = seeDefects(stain(share, p), onHide);
      const [mark, ...rest] = [...defects, ...doubtful];
      expect(rest).toEqual([]);
      expect(mark!.areaMm2 / 120_000).toBeCloseTo(share, 1);
      expect([mark!.class, unbelieved.areaMm2]).toEqual(['cut', 0]);
      expect(doubtful).toHaveLength(share > 0.08 ? 1 : 0);
      if (share > 0.08) expect(mark!.doubt).toBe(0.5);
    },
  );

  test('and are nearly all of it are told by their area, beside what stands out', () => {
    const flood = hideMaps((x, y) => (x > 300 && x < 320 && y > 50 && y < 70 ? 0.95 : 0.7));
    const { defects, doubtful, unbelieved } = seeDefects(flood, onHide);
    expect(defects.map((d) => Math.round(d.areaMm2))).toEqual([19 * 19]);
    expect(doubtful).toEqual([]);
    expect(unbelieved).toEqual({ count: 1, areaMm2: 120_000 - 19 * 19 });
  });

  test.each([
    ['a web', (x: number, y: number) => (x % 20 < 3 || y % 20 < 3 ? 0.7 : 0)],
    ['many large ones', (x: number, y: number) => (x % 80 < 60 && y % 80 < 60 ? 0.7 : 0)],
  ])('and are %s are told, not drawn', (_, p) => {
    const { defects, doubtful, unbelieved } = seeDefects(hideMaps(p), onHide);
    expect([defects, doubtful]).toEqual([[], []]);
    expect(unbelieved.areaMm2).toBeGreaterThan(20_000);
  });

  test('and of which no pixel is sure are nothing', () => {
    expect(
      seeDefects(
        hideMaps(() => 0.4),
        onHide,
      ),
    ).toEqual({
      ...{ defects: [], doubtful: [] },
      unbelieved: { count: 0, areaMm2: 0 },
    });
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
  const outline = Float64Array.of(100, 100, 120, 100, 120, 103, 100, 103);
  const defect = { class: 'scar', areaMm2: 50, length: 20, strength: 0.7, confidence: 0.7, doubt: 0.3, outline };
  test('takes the lowest quality of all matching rules, and its margin', () => {
    const grading = {
      ...LEATHER_GRADING,
      rules: [
        { class: 'scar', quality: 3, margin: 5 },
        { class: 'scar', quality: 1, minAreaMm2: 40, margin: 2 },
        { class: 'scar', quality: 0, minLength: 100 },
      ],
    };
    expect(gradeDefect(defect, grading, classes, null)).toEqual({ quality: 1, margin: 2 });
    expect(gradeDefect({ ...defect, areaMm2: 10 }, grading, classes, null)).toEqual({ quality: 3, margin: 5 });
  });

  test('rules of a least confidence go by the strength that they were chosen on, not by what is said', () => {
    const rules = [{ class: 'scar', quality: 1, minConfidence: 0.6, margin: 2 }];
    const said = { ...defect, confidence: 0.3 };
    expect(gradeDefect(said, { ...LEATHER_GRADING, rules }, classes, null)).toEqual({ quality: 1, margin: 2 });
    const weak = { ...defect, strength: 0.5, confidence: 0.9 };
    expect(gradeDefect(weak, { ...LEATHER_GRADING, rules }, classes, null)).toEqual({ quality: 4, margin: 0 });
  });

  test('falls back on the pack’s word, then on "otherwise"', () => {
    const none = { ...LEATHER_GRADING, rules: [] };
    expect(gradeDefect(defect, none, [{ name: 'scar', quality: 1, margin: 4 }], null)).toEqual({
      quality: 1,
      margin: 4,
    });
    expect(gradeDefect(defect, none, classes, null)).toEqual({ quality: 4, margin: 0 });
  });

  test.each([
    ['a doubtful one counts as the next lower grade', { doubt: 0.31 }, 'lower', 1],
    ['one that is not so doubtful as it is', { doubt: 0.3 }, 'lower', 2],
    ['a hole stays a hole', { class: 'hole', doubt: 0.9 }, 'lower', 0],
    ['one that takes no grade takes none in doubt', { class: 'pore', doubt: 0.9 }, 'lower', 4],
    ['where a person is asked the rule stands', { doubt: 0.9 }, 'ask', 2],
    ['where the model is trusted too', { doubt: 0.9 }, 'accept', 2],
  ] as const)('in doubt: %s', (_, change, then, quality) => {
    const grading = { ...LEATHER_GRADING, doubt: { above: 0.3, then } };
    expect(gradeDefect({ ...defect, ...change }, grading, classes, null).quality).toBe(quality);
  });

  test('goes by where it lies, where the rules ask: by how far from the rim it reaches', () => {
    const rim = Float64Array.of(0, 0, 1000, 0, 1000, 800, 0, 800);
    const rules = [
      { class: 'scar', maxFromRim: 110, quality: 3, margin: 1 },
      { class: 'scar', minFromRim: 110, quality: 1, margin: 2 },
    ];
    const at = (x: number, y: number, ring: Float64Array | null = rim) => {
      const moved = outline.map((v, i) => v + (i % 2 === 0 ? x : y) - 100);
      return gradeDefect({ ...defect, outline: moved }, { ...LEATHER_GRADING, rules }, classes, ring).quality;
    };
    // Its box is 20 by 3 mm: it reaches as far as its inner end, whichever side of the hide it lies on.
    expect([at(80, 400), at(95, 400), at(895, 400), at(880, 400)]).toEqual([3, 1, 3, 1]);
    expect([at(500, 100), at(500, 108), at(500, 695)]).toEqual([3, 1, 3]);
    // Before the rim is known it is taken to lie where it counts most.
    expect(at(80, 400, null)).toBe(1);
  });
});

describe('a grading', () => {
  const read = (rule: object, doubt: object = LEATHER_GRADING.doubt) =>
    parseDocument(gradingSchema, { ...LEATHER_GRADING, doubt, rules: [rule] }, { name: 'grading', where: 'g.json' });

  test.each([
    [{ quality: 2 }, 'grading.rules[0]: found'],
    [{ class: 'scar', region: 'fold', quality: 2 }, 'expected a rule of a class or of a region, one of them'],
    [{ region: 'glare', quality: 2 }, 'grading.rules[0].region: found "glare"'],
    [{ class: 'scar', minValue: 2, quality: 2 }, 'grading.rules[0].minValue: found 2'],
    [{ region: 'shade', minLength: 2, quality: 2 }, 'grading.rules[0].minLength: found 2'],
    [{ region: 'shade', maxFromRim: 2, quality: 2 }, 'grading.rules[0].maxFromRim: found 2'],
    [{ class: 'scar', minConfidence: 70, quality: 2 }, 'grading.rules[0].minConfidence: found 70'],
    [{ class: 'scar', minFromRim: 9, maxFromRim: 8, quality: 2 }, 'grading.rules[0].maxFromRim: found 8'],
  ])('with the rule %j is refused by name: it would grade nothing', (rule, message) => {
    expect(() => read(rule)).toThrow(message);
  });

  test('may ask for all that is known of a mark, and the shipped ones are read', () => {
    const rule = {
      class: 'scar',
      minAreaMm2: 2,
      minLength: 9,
      minConfidence: 0.4,
      minFromRim: 50,
      maxFromRim: 90,
      quality: 2,
    };
    expect(read(rule, { above: 0.3, then: 'lower' }).rules).toEqual([rule]);
    for (const grading of [LEATHER_GRADING, EVEN_LEATHER_GRADING])
      expect(gradingSchema.parse(grading)).toEqual(grading);
  });
});
