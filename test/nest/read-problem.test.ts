import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KerfError } from '#domain/kerf-error.ts';
import { ASKS_FOR_THE_BEST } from '#nest/nest-problem.ts';
import { odditiesOf } from '#nest/note-oddities.ts';
import { readProblem } from '#nest/read-problem.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import { box, drawnHide, piece, problem, sheet } from './nest-cases.ts';

const triangle = [
  [0, 0],
  [4, 0],
  [0, 3],
];

function refusal(document: unknown): string {
  try {
    readProblem(document, 'file.json');
  } catch (error) {
    if (error instanceof KerfError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'read';
}

describe('a jagua-rs strip', () => {
  const strip = {
    name: 's',
    strip_height: 10,
    items: [{ demand: 2, shape: { type: 'simple_polygon', data: triangle } }],
  };

  it('is read with its defaults: any rotation, the best quality, no mirroring', () => {
    expect(readProblem(strip)).toMatchObject({ objective: 'strip', stripHeight: 10, sheets: [] });
    expect(readProblem(strip).pieces[0]).toMatchObject({
      quantity: 2,
      quality: ASKS_FOR_THE_BEST,
      rotations: null,
      mayMirror: false,
      shape: { outline: triangle, holes: [] },
    });
  });

  it('takes an empty list of orientations as 0 alone', () => {
    const item = { ...strip.items[0], allowed_orientations: [], allow_mirror: true };
    expect(readProblem({ ...strip, items: [item] }).pieces[0]).toMatchObject({
      rotations: [{ angle: 0, tolerance: 0 }],
      mayMirror: true,
    });
  });

  it('is refused with the path of what does not fit', () => {
    const broken = { ...strip, items: [{ demand: -1, shape: { type: 'simple_polygon', data: triangle } }] };
    expect(refusal(broken)).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json.items[0].demand: found -1, expected a whole number of at least 0."`,
    );
    expect(refusal({ ...strip, strip_height: 5e-324 })).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json.strip_height: found 5e-324, expected a height above 0."`,
    );
    expect(refusal({ ...strip, strip_height: undefined })).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: found {"name":"s","items":[{"demand":2,"shape":{"type":"simple_…, expected either strip_height or bins."`,
    );
    expect(refusal({ ...strip, items: [{ shape: { type: 'circle', data: 3 } }] })).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json.items[0].shape.type: found "circle", expected rectangle, simple_polygon or polygon."`,
    );
  });
});

describe('bins of jagua-rs', () => {
  const item = { id: 0, demand: 2, shape: { type: 'simple_polygon', data: triangle } };
  const bin = { id: 0, cost: 7, stock: 3, shape: { type: 'rectangle', data: { width: 20, height: 20 } } };
  const bins = { name: 'b', items: [item], bins: [bin] };
  const withItem = (more: object) => ({ ...bins, items: [{ ...item, ...more }] });
  const withBin = (more: object) => ({ ...bins, bins: [{ ...bin, ...more }] });

  it('are read with their cost and stock', () => {
    expect(readProblem(bins).sheets[0]).toMatchObject({ cost: 7, quantity: 3 });
    expect(readProblem(withBin({ cost: undefined, stock: undefined })).sheets[0]).toMatchObject({
      cost: 1,
      quantity: 1,
    });
    expect(refusal(withBin({ cost: -1 }))).toContain('bins[0].cost: found -1, expected a cost of at least 0.');
  });

  it('are refused where a point has a third number, which no judge reads', () => {
    const data = [[0, 0, 0], ...triangle.slice(1)];
    expect(refusal(withItem({ shape: { type: 'simple_polygon', data } }))).toContain('expected [x, y].');
  });

  it('are refused where a key is spelt as nobody reads it, or says neither yes nor no', () => {
    expect(refusal(withItem({ base_quality: 1 }))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json.items[0].base_quality: found 1, expected it spelt "baseQuality"."`,
    );
    expect(refusal(withItem({ minQuality: 1 }))).toContain('minQuality: found 1, expected it spelt "min_quality".');
    expect(refusal(withItem({ AllowedOrientations: [0], allowMirror: true, BaseQuality: 2 }))).toBe('read');
    expect(refusal(withBin({ zones: [{ QUALITY: 1, shape: bin.shape }] }))).toContain('zones[0].QUALITY: found 1');
    expect(refusal(withItem({ allow_mirror: 'true' }))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json.items[0].allow_mirror: found "true", expected true or false."`,
    );
  });

  it('say what of them is not read', () => {
    const said = (document: unknown) => odditiesOf(document, readProblem(document));
    expect(said(bins)).toEqual([]);
    expect(said({ ...withItem({ value: 9, dxf: 'a.dxf', DemandMax: 5, zones: [] }), Version: 2 })).toEqual([
      'problem: "Version" is not read',
      'items[0]: "value" is not read',
      'items[0]: up to 5 may be made ("DemandMax"), Demand counts',
    ]);
    expect(said(withBin({ stock: null, zones: [{ quality: 1, shape: bin.shape, why: 'scar' }] }))).toEqual([
      'objects[0]: states no stock, there is one of it',
      'objects[0].zones[0]: "why" is not read',
    ]);
    expect(said(withItem({ DemandMax: 2 }))).toEqual([]);
  });
});

describe('the strip of old jagua-rs files', () => {
  const item = { Demand: 2, Shape: { Type: 'SimplePolygon', Data: triangle } };
  const old = { Name: 's', Items: [item], Strip: { Height: 20 } };

  it('has its height in an object', () => {
    expect(readProblem(old)).toMatchObject({ objective: 'strip', stripHeight: 20 });
    const placements = [{ piece: 0, x: 0, y: 0 }];
    expect(validateLayout(old, { layouts: [{ material: 0, placements }] })).toMatchObject({ valid: true, placed: 1 });
    expect(refusal({ ...old, Strip: {} })).toContain('Strip.height: found nothing, expected a height above 0.');
    expect(refusal({ ...old, Strip: { height_: 3 } })).toContain('Strip.height_: found 3, expected it spelt "height".');
  });

  it('stands beside no sheets', () => {
    const hide = { Shape: { Type: 'SimplePolygon', Data: box(0, 0, 20, 20) } };
    expect(refusal({ ...old, Objects: [hide] })).toContain('expected either a strip or Objects.');
  });
});

describe('an OR-Datasets instance', () => {
  const square = { Type: 'SimplePolygon', Data: box(0, 0, 9, 9) };
  const hide = { Shape: { Type: 'Polygon', Data: { Outer: box(0, 0, 20, 20), Inner: [triangle] } }, Stock: 3, Cost: 7 };
  const instance = {
    Name: 'n',
    Items: [{ Demand: 5, BaseQuality: 2, Shape: square, Zones: [{ Quality: 4, Shape: square }] }],
    Objects: [{ ...hide, Zones: [{ Quality: 1, Shape: square }] }],
  };

  it('is read in the spelling with capitals, with the cost of each hide', () => {
    const read = readProblem(instance);
    expect(read).toMatchObject({ objective: 'sheets', spacing: 0 });
    expect(read.pieces[0]).toMatchObject({ quantity: 5, quality: 2, zones: [{ quality: 4 }] });
    expect(read.sheets[0]).toMatchObject({
      quantity: 3,
      cost: 7,
      baseQuality: null,
      holes: [triangle],
      zones: [{ quality: 1 }],
    });
  });
});

describe("Kerf's own problem", () => {
  it('has its defaults filled in', () => {
    const read = readProblem(problem([sheet()], [piece('p', box(0, 0, 1, 1))]));
    expect(read).toMatchObject({ objective: 'sheets', spacing: 0, kits: [] });
    expect(read.pieces[0]).toMatchObject({ quantity: 1, quality: 4, rotations: null, mayMirror: false, value: null });
    expect(read.sheets[0]).toMatchObject({ quantity: 1, baseQuality: 4, cost: 1, margin: 0, grain: [] });
  });

  it('takes the best of the scale from what it names, and a shade alone for no change of quality', () => {
    const shaded = { outline: box(0, 0, 5, 5), shade: [50, 0, 0] as [number, number, number] };
    const read = readProblem(problem([sheet({ zones: [shaded] })], [piece('p', box(0, 0, 1, 1), { quality: 7 })]));
    expect(read.sheets[0]).toMatchObject({ baseQuality: 7, zones: [] });
  });

  it('draws pairs mirrored, with the grain of the other turned over', () => {
    const left = piece('left', triangle as never, { grain: { angle: 30 }, quantity: 3 });
    const read = readProblem(problem([sheet()], [left, { id: 'right', mirror: { pairOf: 'left' } }]));
    expect(read.pieces[1]).toMatchObject({ quantity: 3, grain: { angle: 150, tolerance: 5 }, mayMirror: false });
    expect(Math.min(...read.pieces[1]!.shape.outline.map(([x]) => x))).toBe(-4);
    expect(Math.max(...read.pieces[1]!.shape.outline.map(([x]) => x))).toBeCloseTo(0, 12);
  });

  it('multiplies what a kit takes by the kits', () => {
    const read = readProblem(
      problem([sheet()], [piece('p', box(0, 0, 1, 1), { kit: 'k', quantity: 2 })], {
        kits: [{ id: 'k', quantity: 5 }],
      }),
    );
    expect(read.pieces[0]).toMatchObject({ quantity: 10, kit: { kit: 0, each: 2 } });
  });

  it('is refused where an id stands twice, or a hole or zone has no area, as its judges refuse it', () => {
    const p = piece('p', box(0, 0, 1, 1));
    expect(refusal(problem([sheet()], [p, p]))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: problem.pieces[1].id: found "p" again, expected an id of its own."`,
    );
    expect(refusal(problem([sheet(), sheet()], [p]))).toContain('problem.sheets[1].id: found "s" again');
    const kits = [{ id: 'k' }, { id: 'k' }];
    expect(refusal(problem([sheet()], [{ ...p, kit: 'k' }], { kits }))).toContain(
      'problem.kits[1].id: found "k" again',
    );
    const line = [
      [0, 0],
      [10, 0],
      [20, 0],
    ] as const;
    const bowTie = [
      [0, 0],
      [10, 10],
      [10, 0],
      [0, 10],
    ] as const;
    const zone = { quality: 1, outline: box(0, 0, 9, 9) };
    expect(refusal(problem([sheet({ zones: [{ ...zone, outline: line }] })], [p]))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: problem.sheets[0].zones[0].outline: found no area, expected a ring with an area."`,
    );
    expect(refusal(problem([sheet({ zones: [{ ...zone, holes: [line] }] })], [p]))).toContain(
      'zones[0].holes[0]: found',
    );
    expect(refusal(problem([sheet({ holes: [line] })], [p]))).toContain('problem.sheets[0].holes[0]: found no area');
    expect(refusal(problem([sheet()], [{ ...p, holes: [line] }]))).toContain(
      'problem.pieces[0].holes[0]: found no area',
    );
    expect(refusal(problem([sheet()], [{ ...p, zones: [{ quality: 1, outline: line }] }]))).toContain(
      'pieces[0].zones[0]',
    );
    // Its halves cancel in a signed area.
    expect(refusal(problem([sheet({ zones: [{ ...zone, outline: bowTie }] })], [p]))).toBe('read');
  });

  it('is refused where nothing or too much is wanted, by the name of the piece', () => {
    const wanted = (quantity: number) => problem([sheet()], [piece('p', box(0, 0, 1, 1), { quantity })]);
    expect(refusal(wanted(0))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: found no piece that is wanted, every quantity is 0, expected at least one."`,
    );
    expect(refusal(wanted(5e9))).toMatchInlineSnapshot(
      `"NEST_TOO_MANY_PIECES file.json: found 5000000000 pieces ordered, 5000000000 of them "p", expected 20000 at most: split the order."`,
    );
    expect(refusal(problem([sheet({ quantity: 5e9 })], [piece('p', box(0, 0, 1, 1))]))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: found 5000000000 sheets "s", expected 4294967295 at most."`,
    );
  });

  it('is refused with the path of what does not fit', () => {
    const p = piece('p', box(0, 0, 1, 1));
    expect(refusal(problem([], [p]))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: problem.sheets: found 0, expected at least one."`,
    );
    expect(refusal(problem([sheet()], [p], { objective: 'strip', stripHeight: 5 }))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: problem.sheets: found 1, expected none with a strip."`,
    );
    // Found by fuzzing: the search of a strip this low never ended.
    expect(refusal(problem([], [p], { objective: 'strip', stripHeight: 5e-324 }))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: problem.stripHeight: found 5e-324, expected a height above 0."`,
    );
    expect(refusal(problem([sheet()], [{ ...p, colour: 'red' } as never]))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: problem.pieces[0].colour: found an unknown key, expected only keys of problem version 1."`,
    );
    expect(refusal(problem([sheet()], [{ id: 'q', mirror: { pairOf: 'nobody' } }]))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: problem.pieces[0].mirror.pairOf: found "nobody", expected the id of a piece."`,
    );
    expect(refusal(problem([sheet()], [{ ...p, kit: 'none' }]))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: problem.pieces[0].kit: found "none", expected the id of a kit."`,
    );
    expect(refusal(problem([sheet({ locked: [{ piece: 'z', x: 0, y: 0 }] })], [p]))).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: problem.sheets[0].locked[0].piece: found "z", expected the id of a piece."`,
    );
    expect(
      refusal(
        problem(
          [sheet()],
          [
            piece('n', [
              [0, 0],
              [1, NaN],
              [1, 1],
            ]),
          ],
        ),
      ),
    ).toMatchInlineSnapshot(
      `"NEST_PROBLEM_REFUSED file.json: problem.pieces[0].outline[1][1]: found NaN, expected number."`,
    );
  });
});

describe('broken documents', () => {
  it('are read or refused by a KerfError, never anything else', () => {
    const whole = drawnHide() as unknown as Record<string, unknown>;
    const foreign = {
      items: [{ demand: 1, shape: { type: 'rectangle', data: { width: 3, height: 4 } } }],
      strip_height: 9,
    };
    fc.assert(
      fc.property(
        fc.constantFrom<unknown>(whole, foreign),
        fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }),
        fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.constant(-1), fc.constant(1e300)),
        (document, steps, value) => {
          const broken = structuredClone(document);
          let at = broken as Record<string, unknown>;
          for (const [k, step] of steps.entries()) {
            const keys = Object.keys(at);
            const key = keys[step % Math.max(1, keys.length)];
            if (key === undefined) break;
            const next = at[key];
            if (k === steps.length - 1 || typeof next !== 'object' || next === null) {
              at[key] = value;
              break;
            }
            at = next as Record<string, unknown>;
          }
          expect(refusal(broken)).toMatch(/^(read|(NEST|GEOMETRY|DOMAIN)_)/);
        },
      ),
      { numRuns: 400 },
    );
  });
});
