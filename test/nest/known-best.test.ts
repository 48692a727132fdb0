import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Problem, Sheet } from '#domain/problem.ts';
import type { Ring } from '#domain/ring.ts';
import { box, nest, piece, problem, sheet } from './nest-cases.ts';

const turned = (ring: Ring, degrees: number): Ring => {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return ring.map(([x, y]) => [cos * x - sin * y, sin * x + cos * y]);
};
const remnant = (id: string): Sheet => ({ id, outline: box(0, 0, 300, 300), cost: 0.09 });
const grained = (id: string, size: number, angle: number): Sheet => ({
  id,
  outline: box(0, 0, size, size),
  cost: size / 1000,
  grain: { angle },
});
/** A zone from the rim to just beyond the margin. */
const rimmed: Sheet = {
  id: 's',
  outline: box(0, 0, 540, 540),
  margin: 10,
  zones: [{ quality: 1, outline: box(0, 0, 12, 540) }],
};

/** Six pieces that fill a rectangle; spacing 3, all cut along common lines. */
const dissection = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/dissection-common-line.json'), 'utf8'),
) as Problem;

interface Known {
  readonly says: string;
  readonly document: Problem;
  /** The best value, worked out by hand. */
  readonly value: number;
}

const KNOWN: readonly Known[] = [
  {
    says: 'two remnants of five are taken instead of a hide that costs five times as much',
    document: problem(
      [{ id: 'hide', outline: box(0, 0, 1000, 1000), cost: 1 }, ...['a', 'b', 'c', 'd', 'e'].map(remnant)],
      [piece('p', box(0, 0, 140, 140), { quantity: 6, rotation: 'fixed' })],
    ),
    value: 1 + (1.45 - 0.18) / 1.45,
  },
  {
    says: 'a sheet that an order fills without a rest is left for a larger one that costs less',
    document: problem(
      [
        { id: 'dear', outline: box(0, 0, 100, 100), cost: 10 },
        { id: 'cheap', outline: box(0, 0, 120, 120), cost: 1 },
      ],
      [piece('p', box(0, 0, 50, 50), { quantity: 4, rotation: 'fixed' })],
    ),
    value: 1 + 10 / 11,
  },
  {
    says: 'two sheets that together cost less than one are taken',
    document: problem(
      [
        { id: 'one', outline: box(0, 0, 100, 100), cost: 10 },
        { id: 'b', outline: box(0, 0, 60, 50), cost: 4 },
        { id: 'c', outline: box(0, 0, 60, 50), cost: 4 },
      ],
      [piece('p', box(0, 0, 58, 40), { quantity: 2, rotation: 'fixed' })],
    ),
    value: 1 + 10 / 18,
  },
  {
    says: 'a cheaper hide is taken where its grain runs at another angle',
    document: problem(
      [grained('a', 1000, 0), grained('b', 980, 20)],
      [
        piece('p', box(0, 0, 120, 70), { quantity: 60, grain: { angle: 0, tolerance: 5 } }),
        piece(
          'q',
          [
            [0, 0],
            [90, 0],
            [45, 80],
          ],
          { quantity: 20, grain: { angle: 0, tolerance: 5 } },
        ),
      ],
    ),
    value: 1 + 1 / 1.98,
  },
  {
    says: 'a locked piece lies right beside a zone that reaches beyond the margin',
    document: problem(
      [{ ...rimmed, locked: [{ piece: 'p', x: 12.1, y: 30 }] }],
      [piece('p', box(0, 0, 50, 50), { rotation: 'fixed', quality: 4 })],
    ),
    value: 1,
  },
  {
    says: 'what only just fits between that zone and the margin is laid there',
    document: problem([rimmed], [piece('p', box(0, 0, 517.9, 519), { rotation: 'fixed', quality: 4 })]),
    value: 1,
  },
  {
    says: 'what is cut along common lines fills the sheet, whatever other pieces must keep apart',
    document: dissection,
    value: 1,
  },
  {
    says: 'a strip takes a piece that fits it at one angle within its range only',
    document: problem([], [piece('p', turned(box(0, 0, 200, 50), -37), { rotation: { around: 0, tolerance: 60 } })], {
      objective: 'strip',
      stripHeight: 50,
    }),
    value: 1,
  },
  {
    says: 'a piece as large as the sheet is laid, drawn at whatever angle',
    document: problem([sheet()], [piece('p', turned(box(0, 0, 100, 100), 17))]),
    value: 1,
  },
];

it.each(KNOWN)('$says', async ({ document, value }) => {
  const { result, verdict } = await nest(document, { evaluations: 400_000 });
  expect(verdict.faults).toEqual([]);
  expect(verdict.complete).toBe(true);
  expect(result.objective.value).toBeCloseTo(value, 5);
});

it('what is larger than every sheet is said to be so, however short the search', async () => {
  const sheets = Array.from({ length: 12 }, (_, k) => sheet({ id: `s${k}` }));
  const { result } = await nest(
    problem(sheets, [piece('small', box(0, 0, 30, 30), { quantity: 40 }), piece('large', box(0, 0, 300, 20))]),
    { evaluations: 10_000 },
  );
  const large = result.unplaced.find(({ piece: k }) => k === 1);
  expect(large).toMatchObject({ reason: 'NEST_PIECE_EXCEEDS_SHEETS' });
});
