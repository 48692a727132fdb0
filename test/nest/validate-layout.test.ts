import { readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { validateLayout } from '#nest/validate-layout.ts';

interface Fixture {
  says: string;
  problem: unknown;
  valid?: { layouts: unknown[] }[];
  invalid?: { fault: string; result: { layouts: unknown[] } }[];
}

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../fixtures/problems');
/** Some files have instances for solvers only: rules.test.ts. */
const fixtures = readdirSync(folder)
  .map((name) => ({ name, ...(JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as Fixture) }))
  .filter(({ valid }) => valid !== undefined);

describe.each(fixtures)('$name: $says', ({ problem, valid, invalid }) => {
  it.each((valid ?? []).map((result, k) => ({ k, result })))('valid $k', ({ result }) => {
    expect(validateLayout(problem, result)).toMatchObject({ valid: true, faults: [], fault_count: 0 });
  });

  it.each((invalid ?? []).map((row, k) => ({ k, ...row })))('not valid $k: $fault', ({ fault, result }) => {
    const verdict = validateLayout(problem, result);
    expect(verdict.valid).toBe(false);
    expect(verdict.faults.join('\n')).toContain(fault);
  });
});

const square = (x: number, y: number, side: number) => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];
const problem = {
  kerf: 1,
  pieces: [{ id: 'p', outline: square(0, 0, 10), quantity: 40 }],
  sheets: [{ id: 's', outline: square(0, 0, 100) }],
};
const at = (...spots: [number, number][]) => ({
  layouts: [{ material: 0, placements: spots.map(([x, y]) => ({ piece: 0, x, y })) }],
});
/** Two steps of the judge on a sheet of 100 mm. */
const TOLERANCE = (2 * 100) / 2 ** 24;

describe('the tolerance', () => {
  it('is two steps of side / 2^24: a little less may be entered, a little more may not', () => {
    expect(validateLayout(problem, at([0, 0], [10 - 0.9 * TOLERANCE, 0])).valid).toBe(true);
    expect(validateLayout(problem, at([0, 0], [10 - 1.3 * TOLERANCE, 0])).valid).toBe(false);
    expect(validateLayout(problem, at([-0.9 * TOLERANCE, 0])).valid).toBe(true);
    expect(validateLayout(problem, at([-1.3 * TOLERANCE, 0])).valid).toBe(false);
  });

  it('is at most 2 µm on a sheet of 40 m', () => {
    const long = { ...problem, sheets: [{ id: 's', outline: square(0, 0, 40_000) }] };
    expect(validateLayout(long, at([39_000, 0], [39_010 - 0.0018, 0])).valid).toBe(true);
    expect(validateLayout(long, at([39_000, 0], [39_010 - 0.0035, 0])).valid).toBe(false);
  });
});

describe('the verdict', () => {
  it('gives shares, objective and whether the claim differs', () => {
    const result = { ...at([0, 0], [10, 0]), objective: { kind: 'sheets', value: 0.05, bound: 1 } };
    expect(validateLayout(problem, result)).toEqual({
      valid: true,
      complete: false,
      placed: 2,
      wanted: 40,
      placed_area_pct: 5,
      materials: 1,
      net_yield_pct: 2,
      gross_yield_pct: 2,
      faults: [],
      fault_count: 0,
      objective: { kind: 'sheets', value: 0.05 },
      claimed_objective_differs: false,
    });
    const claim = { ...result, objective: { kind: 'sheets', value: 0.06 } };
    expect(validateLayout(problem, claim).claimed_objective_differs).toBe(true);
  });

  it('shows ten faults of any number', () => {
    const verdict = validateLayout(
      problem,
      at(...Array.from({ length: 12 }, (_, k): [number, number] => [200 + 20 * k, 0])),
    );
    expect(verdict.faults).toHaveLength(10);
    expect(verdict.fault_count).toBe(12);
  });

  it.each([
    ['a piece that is not there', { piece: 1, x: 0, y: 0 }],
    ['a piece by name', { piece: 'p', x: 0, y: 0 }],
    ['no y', { piece: 0, x: 0 }],
    ['x as text', { piece: 0, x: '0', y: 0 }],
    ['no object', 7],
  ])('calls %s a fault', (_, placement) => {
    const verdict = validateLayout(problem, { layouts: [{ material: 0, placements: [placement] }] });
    expect(verdict.faults[0]).toMatch(/^material 0 placement 0: /);
  });

  it('calls a material that is not there a fault', () => {
    const verdict = validateLayout(problem, { layouts: [{ material: 3, placements: [{ piece: 0, x: 0, y: 0 }] }] });
    expect(verdict.faults).toEqual(['no material 3']);
  });
});

describe('what cannot be read is refused with its path', () => {
  const result = { layouts: [] };
  it.each([
    ['problem.sheets[0].widht', { ...problem, sheets: [{ ...problem.sheets[0], widht: 3 }] }],
    ['problem.pieces[1].id', { ...problem, pieces: [problem.pieces[0], problem.pieces[0]] }],
    ['problem.pieces[0].mirror.pairOf', { ...problem, pieces: [{ id: 'p', mirror: { pairOf: 'q' } }] }],
    ['problem.pieces[0].kit', { ...problem, pieces: [{ ...problem.pieces[0], kit: 'k' }] }],
    ['problem.kits[0]', { ...problem, kits: [{ id: 'k' }] }],
    ['problem.pieces[0].path', { ...problem, pieces: [{ id: 'p', path: 'M 0 0 L 1 x' }] }],
    [
      'problem.pieces[0].outline',
      {
        ...problem,
        pieces: [
          {
            id: 'p',
            outline: [
              [0, 0],
              [1, 1],
              [2, 2],
            ],
          },
        ],
      },
    ],
    ['problem.sheets', { ...problem, sheets: [] }],
    ['problem.stripHeight', { ...problem, objective: 'strip' }],
    ['problem.items', { Objects: [] }],
    ['problem.items[0].shape.type', { items: [{ shape: { type: 'blob' } }], strip_height: 3 }],
  ])('%s', (path, document) => {
    expect(() => validateLayout(document, result)).toThrow(expect.objectContaining({ code: 'NEST_CHECK_UNREADABLE' }));
    expect(() => validateLayout(document, result)).toThrow(path);
  });

  it('and so are numbers whose area is none, and lists nested too deeply to be shown', () => {
    const far = 1e308;
    const wide = [
      [0, 0],
      [far, 0],
      [far, far],
      [0, far],
    ];
    const beyond = { code: 'NEST_CHECK_UNREADABLE', message: expect.stringContaining('beyond all numbers') as string };
    const own = { ...problem, pieces: [{ id: 'p', outline: wide }] };
    const foreign = { items: [{ shape: { type: 'simple_polygon', data: wide } }], strip_height: 3 };
    for (const document of [own, foreign])
      expect(() => validateLayout(document, result)).toThrow(expect.objectContaining(beyond) as Error);
    let deep: unknown = [];
    for (let i = 0; i < 1e5; i += 1) deep = [deep];
    expect(() => validateLayout(deep, result)).toThrow('nested too deeply');
  });

  it('and so is a result that is none', () => {
    expect(() => validateLayout(problem, { layouts: {} })).toThrow('result.layouts: found {}, expected a list');
    expect(() => validateLayout(problem, null)).toThrow('result: found null, expected an object');
  });
});

it('500 pieces of 60 corners that touch are judged in under 4 s', () => {
  // Hexagons that share their sides, each side cut into ten.
  const corner = (k: number): [number, number] => [20 * Math.cos((k * Math.PI) / 3), 20 * Math.sin((k * Math.PI) / 3)];
  const ring = Array.from({ length: 60 }, (_, k) => {
    const [a, b, t] = [corner(Math.floor(k / 10)), corner(Math.floor(k / 10) + 1), (k % 10) / 10];
    return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
  });
  const dx = 30;
  const dy = 20 * Math.sqrt(3);
  const placements = Array.from({ length: 500 }, (_, k) => {
    const [column, row] = [Math.floor(k / 20), k % 20];
    return { piece: 0, x: 30 + column * dx, y: 60 + row * dy + (column % 2 ? dy / 2 : 0), rotation: 60 * (k % 6) };
  });
  const hexagons = {
    kerf: 1,
    pieces: [{ id: 'p', outline: ring, quantity: 500 }],
    sheets: [{ id: 's', outline: square(0, 0, 1000), zones: [{ quality: 1, outline: square(900, 900, 50) }] }],
  };
  expect(validateLayout(hexagons, { layouts: [{ material: 0, placements }] })).toMatchObject({
    valid: true,
    placed: 500,
  });
}, 4000);
