import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KerfError } from '#domain/kerf-error.ts';
import { BEST_QUALITY } from '#nest/nest-problem.ts';
import { readProblem } from '#nest/read-problem.ts';
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
      quality: BEST_QUALITY,
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

describe('an OR-Datasets instance', () => {
  const square = { Type: 'SimplePolygon', Data: box(0, 0, 9, 9) };
  const hide = { Shape: { Type: 'Polygon', Data: { Outer: box(0, 0, 20, 20), Inner: [triangle] } }, Stock: 3, Cost: 7 };
  const instance = {
    Name: 'n',
    Items: [{ Demand: 5, BaseQuality: 2, Shape: square, Zones: [{ Quality: 4, Shape: square }] }],
    Objects: [{ ...hide, Zones: [{ Quality: 1, Shape: square }] }],
  };

  it('is read in the spelling with capitals, every hide at cost 1', () => {
    const read = readProblem(instance);
    expect(read).toMatchObject({ objective: 'sheets', spacing: 0 });
    expect(read.pieces[0]).toMatchObject({ quantity: 5, quality: 2, zones: [{ quality: 4 }] });
    expect(read.sheets[0]).toMatchObject({
      quantity: 3,
      cost: 1,
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
