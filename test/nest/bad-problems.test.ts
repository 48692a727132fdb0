import { describe, expect, it } from 'vitest';
import type { Piece, Problem } from '#domain/problem.ts';
import type { Ring } from '#domain/ring.ts';
import { openNativeSolver } from '#nest/native-solver.node.ts';
import { solveNest, type NestOptions } from '#nest/solve.ts';
import { odditiesOf } from '#nest/note-oddities.ts';
import { readProblem } from '#nest/read-problem.ts';
import { box, nest, piece, problem, sheet } from './nest-cases.ts';

const one = (outline: Ring, more: Partial<Piece> = {}) => problem([sheet()], [piece('p', outline, more)]);
const on = (outline: Ring, more: object = {}) =>
  problem([sheet({ outline, ...more })], [piece('p', box(0, 0, 40, 40))]);

/** Taken, and said: what, the problem, how many are placed, and what is said of it. */
const MENDED: readonly [string, Problem, number, readonly string[]][] = [
  [
    'repeated points',
    one([...box(0, 0, 40, 40), [0, 40], [0, 40], [0, 0]]),
    1,
    ['pieces[0]: 2 repeated points dropped'],
  ],
  [
    'a spike outwards',
    one([
      [0, 0],
      [40, 0],
      [40, 40],
      [60, 40],
      [40, 40],
      [0, 40],
    ]),
    1,
    ['pieces[0]: turns back on itself at (60, 40), a spike without area that is ignored'],
  ],
  [
    'a spike inwards',
    one([
      [0, 0],
      [40, 0],
      [40, 40],
      [20, 40],
      [20, 10],
      [20, 40],
      [0, 40],
    ]),
    1,
    ['pieces[0]: turns back on itself at (20, 10), a spike without area that is ignored'],
  ],
  [
    'a sheet that crosses itself',
    on([
      [0, 0],
      [300, 300],
      [300, 0],
      [0, 300],
    ]),
    1,
    ['sheets[0]: crosses itself at (150, 150), taken even-odd'],
  ],
  [
    'a hole outside',
    one(box(0, 0, 40, 40), { holes: [box(50, 50, 9, 9)] }),
    1,
    ['pieces[0].holes[0]: lies outside, cuts nothing'],
  ],
  [
    'a hole over the rim',
    one(box(0, 0, 40, 40), { holes: [box(30, 30, 20, 20)] }),
    1,
    ['pieces[0].holes[0]: reaches over the outline, cuts what is inside'],
  ],
  [
    'a sheet’s hole outside',
    on(box(0, 0, 100, 100), { holes: [box(150, 150, 9, 9)] }),
    1,
    ['sheets[0].holes[0]: lies outside, cuts nothing'],
  ],
  [
    'clockwise outlines',
    problem([sheet({ outline: box(0, 0, 100, 100).toReversed() })], [piece('p', box(0, 0, 40, 40).toReversed())]),
    1,
    ['pieces[0], sheets[0]: drawn clockwise, taken as the other way round'],
  ],
  [
    'edges of 1e-9',
    one([
      [0, 0],
      [40, 0],
      [40, 1e-9],
      [40, 40],
      [1e-9, 40],
      [0, 40],
    ]),
    1,
    ['pieces[0]: 2 edges shorter than 0.000001, taken as they are'],
  ],
  [
    'metres where mm are said',
    problem([sheet({ outline: box(0, 0, 2.5, 1.8) })], [piece('p', box(0, 0, 0.4, 0.3), { quantity: 5 })]),
    5,
    ['pieces[0]: is 0.4 x 0.3 mm: is the file in the unit that it says?'],
  ],
  [
    'mm taken for metres',
    problem([sheet({ outline: box(0, 0, 2.5e6, 1.8e6) })], [piece('p', box(0, 0, 4e5, 3e5), { quantity: 5 })]),
    5,
    [
      'pieces[0]: is 400000 x 300000 mm: is the file in the unit that it says?',
      'sheets[0]: is 2500000 x 1800000 mm: is the file in the unit that it says?',
    ],
  ],
  [
    'a button on a hide',
    problem([sheet({ outline: box(0, 0, 2500, 1800) })], [piece('p', box(0, 0, 4, 3), { quantity: 5 })]),
    5,
    [],
  ],
  ['a million sheets', problem([sheet({ quantity: 1e6 })], [piece('p', box(0, 0, 40, 40))]), 1, []],
  [
    'a piece that nobody wants',
    problem([sheet()], [piece('p', box(0, 0, 40, 40), { quantity: 0 }), piece('q', box(0, 0, 9, 9))]),
    1,
    [],
  ],
];

/** Spikes from which no distance is measured, by solver and judge alike; `at` puts them anywhere and any way round. */
const SPIKES: readonly [string, (at: (ring: Ring) => Ring) => Problem][] = [
  [
    'a piece with spacing',
    (at) => {
      const spiked: Ring = [...box(0, 0, 10, 10), [0, 5], [-7, 5], [0, 5]];
      return problem([sheet({ outline: at(box(0, 0, 100, 100)) })], [piece('p', at(spiked), { quantity: 40 })], {
        spacing: 1,
      });
    },
  ],
  [
    'a sheet with margin, of several points',
    (at) => {
      const spiked: Ring = [...box(0, 0, 100, 100), [0, 50], [20, 50], [30, 60], [20, 50], [0, 50]];
      return problem(
        [sheet({ outline: at(spiked), margin: 2 })],
        [piece('p', at(box(0, 0, 10, 10)), { quantity: 50 })],
      );
    },
  ],
  [
    'a hole with margin',
    (at) => {
      const hole: Ring = [
        [45, 50],
        [45, 80],
        [45, 50],
        [40, 50],
        [40, 40],
        [50, 40],
        [50, 50],
      ];
      const on = sheet({ outline: at(box(0, 0, 100, 100)), holes: [at(hole)], margin: 2 });
      return problem([on], [piece('p', at(box(0, 0, 10, 10)), { quantity: 50 })]);
    },
  ],
];

/** Refused by name: the problem and the code. */
const REFUSED: readonly [string, Problem, string][] = [
  [
    'a line for a piece',
    one([
      [0, 0],
      [10, 10],
      [20, 20],
    ]),
    'NEST_PIECE_WITHOUT_AREA',
  ],
  [
    'a point for a piece',
    one([
      [5, 5],
      [5, 5],
      [5, 5],
    ]),
    'NEST_PIECE_WITHOUT_AREA',
  ],
  ['a piece that is all hole', one(box(0, 0, 40, 40), { holes: [box(-5, -5, 60, 60)] }), 'NEST_PIECE_WITHOUT_AREA'],
  [
    'a line for a sheet',
    on([
      [0, 0],
      [10, 10],
      [20, 20],
    ]),
    'NEST_SHEET_WITHOUT_AREA',
  ],
  ['a sheet at the end of the world', on(box(1e9, 1e9, 100, 100)), 'NEST_COORDINATE_TOO_LARGE'],
  ['a piece beyond it', one(box(1e12, 0, 40, 40)), 'NEST_COORDINATE_TOO_LARGE'],
  ['nothing wanted at all', one(box(0, 0, 40, 40), { quantity: 0 }), 'NEST_PROBLEM_REFUSED'],
  ['a million of a piece', one(box(0, 0, 40, 40), { quantity: 1e6 }), 'NEST_TOO_MANY_PIECES'],
  [
    'a million of a kit',
    problem([sheet()], [piece('p', box(0, 0, 40, 40), { kit: 'k' })], { kits: [{ id: 'k', quantity: 1e6 }] }),
    'NEST_TOO_MANY_PIECES',
  ],
];

describe('a problem with oddities', () => {
  it.each(MENDED)('is mended and says so: %s', async (_, document, placed, said) => {
    expect(odditiesOf(document, readProblem(document))).toEqual(said);
    const { verdict } = await nest(document, { evaluations: 6000 });
    expect(verdict).toMatchObject({ valid: true, placed });
  });

  it.each(SPIKES)('has no distance from a spike: %s', async (_, made) => {
    const turned = (ring: Ring): Ring =>
      ring.map(([x, y]) => [x * Math.cos(0.5) - y * Math.sin(0.5), x * Math.sin(0.5) + y * Math.cos(0.5)]);
    // Begun at another point the spike lies over the end of the list.
    const begun = (ring: Ring): Ring => [...ring.slice(-1), ...ring.slice(0, -1)];
    for (const at of [(ring: Ring) => ring, turned, begun]) {
      const { verdict } = await nest(made(at), { evaluations: 4000 });
      expect(verdict.faults).toEqual([]);
      expect(verdict.placed).toBeGreaterThan(20);
    }
  });

  it.each(REFUSED)('is refused by name: %s', async (_, document, code) => {
    await expect(nest(document, { evaluations: 100 })).rejects.toMatchObject({ code });
  });

  it('is refused by the ids that a person gave, not by positions', async () => {
    const line: Ring = [
      [0, 0],
      [10, 10],
      [20, 20],
    ];
    const pieces = [piece('vamp', box(0, 0, 9, 9)), piece('toe cap', line)];
    await expect(nest(problem([sheet()], pieces), { evaluations: 100 })).rejects.toMatchObject({
      code: 'NEST_PIECE_WITHOUT_AREA',
      message: 'piece "toe cap" has no area; give an outline that encloses some',
      details: { piece: 'toe cap' },
    });
    const locked = [{ piece: 'toe cap', x: 95, y: 0 }];
    const caps = [pieces[0]!, piece('toe cap', box(0, 0, 9, 9))];
    const on = sheet({ id: 'hide 7', locked });
    await expect(nest(problem([sheet(), on], caps), { evaluations: 100 })).rejects.toMatchObject({
      code: 'NEST_LOCKED_PIECE_INVALID',
      message: expect.stringMatching(/^piece "toe cap" locked on sheet "hide 7" at 95, 0 breaks a rule/) as string,
      details: { piece: 'toe cap', sheet: 'hide 7' },
    });
  });

  it('is refused with its file, and with what lies too far off', async () => {
    const refusal = async (document: Problem): Promise<unknown> => {
      const options = { solver: openNativeSolver(), evaluations: 100, where: 'order 5.json' };
      return solveNest(readProblem(document, options.where), options).catch((error: unknown) => error);
    };
    const near = piece('vamp', box(0, 0, 9, 9));
    const zones = [{ quality: 1, outline: box(1e12, 0, 4, 4) }];
    expect(await refusal(problem([sheet()], [near, piece('toe cap', box(0, 0, 9, 9), { zones })]))).toMatchObject({
      code: 'NEST_COORDINATE_TOO_LARGE',
      message: expect.stringMatching(
        /^order 5\.json: piece "toe cap": an outline reaches to 1e12, 4e7 at most/,
      ) as string,
      details: { where: 'order 5.json', piece: 'toe cap' },
    });
    const far = sheet({ id: 'hide 8', holes: [box(-5e7, 0, 4, 4)] });
    expect(await refusal(problem([sheet({ id: 'hide 7' }), far], [near]))).toMatchObject({
      message: expect.stringMatching(/^order 5\.json: sheet "hide 8": an outline reaches to -5e7/) as string,
      details: { where: 'order 5.json', sheet: 'hide 8' },
    });
    const line = piece('toe cap', [
      [0, 0],
      [9, 9],
      [20, 20],
    ]);
    expect(await refusal(problem([sheet()], [near, line]))).toMatchObject({
      message: 'order 5.json: piece "toe cap" has no area; give an outline that encloses some',
    });
    const locked = [{ piece: 'vamp', x: 99, y: 0 }];
    expect(await refusal(problem([sheet({ id: 'hide 7', locked })], [near]))).toMatchObject({
      message: expect.stringMatching(/^order 5\.json: piece "vamp" locked on sheet "hide 7"/) as string,
    });
  });

  it('is refused with file and piece where a path is no figure, also where its pair is read first', () => {
    const bad = { id: 'b', path: 'M0 0 L10 0 Z M0 0' };
    const document = (...pieces: Piece[]) => problem([sheet()], pieces);
    const said = (k: number) => ({
      code: 'GEOMETRY_PATH_REFUSED',
      message: expect.stringMatching(
        new RegExp(`^order 5\\.json: problem\\.pieces\\[${k}\\]\\.path: found .* at character 14, expected `),
      ) as string,
      details: { where: 'order 5.json', path: `problem.pieces[${k}].path`, at: 13 },
    });
    const near = piece('a', box(0, 0, 9, 9));
    expect(() => readProblem(document(near, bad), 'order 5.json')).toThrow(expect.objectContaining(said(1)));
    const pair = { id: 'left', mirror: { pairOf: 'b' } };
    expect(() => readProblem(document(pair, near, bad), 'order 5.json')).toThrow(expect.objectContaining(said(2)));
  });

  it('leaves out what is larger than every sheet, and says why', async () => {
    const { result, verdict } = await nest(one(box(0, 0, 400, 400)), { evaluations: 2000 });
    expect(verdict).toMatchObject({ valid: true, placed: 0 });
    expect(result.unplaced).toEqual([{ piece: 0, count: 1, reason: 'NEST_PIECE_EXCEEDS_SHEETS' }]);
  });

  it.each<[string, Partial<NestOptions>, NonNullable<unknown>]>([
    ['no time at all', { seconds: 0 }, { stopped: 'time' }],
    ['64 threads on any number of cores', { evaluations: 64_000, threads: 64 }, { stopped: 'evaluations' }],
  ])('has an answer with %s', async (_, budget, expected) => {
    const document = one(box(0, 0, 40, 40), { quantity: 9 });
    const { result, verdict } = await nest(document, budget);
    expect(verdict).toMatchObject({ valid: true });
    expect(result).toMatchObject(expected);
    if (budget.threads) expect(verdict.placed).toBe(4);
  });

  it('says the same of many pieces once, and of files of others by their own words', () => {
    const item = { demand: 1, shape: { type: 'simple_polygon', data: box(0, 0, 4, 4).toReversed() } };
    const strip = { name: 's', strip_height: 10, items: [item, item, item, item, item] };
    expect(odditiesOf(strip, readProblem(strip))).toEqual([
      'items[0], items[1], items[2] and 2 more: drawn clockwise, taken as the other way round',
    ]);
  });
});
