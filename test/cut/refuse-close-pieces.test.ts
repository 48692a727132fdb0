import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planCuts } from '#cut/plan-cuts.ts';
import { SIMULATED_MACHINE, type Machine } from '#domain/machine.ts';
import type { Layout, Placement } from '#domain/nest-result.ts';
import type { Order, Sheet } from '#domain/problem.ts';
import type { Point } from '#domain/ring.ts';

const LASER: Machine = { ...SIMULATED_MACHINE, id: 'laser', kerfWidth: 0.4 };
const SHEET: Sheet = {
  id: 'hide',
  outline: [
    [0, 0],
    [1000, 0],
    [1000, 1000],
    [0, 1000],
  ],
};
const box = (x: number, y: number, side: number): Point[] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];
const ORDER: Pick<Order, 'pieces'> = {
  pieces: [
    { id: 'square', outline: box(0, 0, 100) },
    { id: 'frame', outline: box(0, 0, 180), holes: [box(20, 20, 140)] },
    { id: 'round', path: 'M 50 0 A 50 50 0 0 1 -50 0 A 50 50 0 0 1 50 0 Z' },
  ],
};
const at = (piece: number, x: number, y: number, rotation = 0): Placement => ({
  ...{ piece, x, y, rotation, mirrored: false },
});
const refusal = (placements: Placement[], machine: Machine) => {
  const layout: Layout = { material: 0, placements };
  try {
    planCuts(layout, ORDER, SHEET, machine);
    return null;
  } catch (error) {
    return error;
  }
};

describe('pieces closer than the kerf', () => {
  it('are refused by their names, with what each would lose', () => {
    const error = refusal([at(0, 10, 10), at(1, 500, 500), at(0, 110.1, 10)], LASER);
    expect(error).toMatchObject({
      code: 'CUT_PIECES_TOO_CLOSE',
      fault: 'input',
      details: { placement: 0, piece: 'square', other: 2, otherPiece: 'square', kerfWidth: 0.4, lost: 0.3 },
    });
    expect(error).toMatchInlineSnapshot(
      `[KerfError: placements 0 and 2 (pieces "square" and "square"): found 0.100 mm between them, expected the kerf of 0.4 mm; each would lose 0.3 mm to the other's cut. Nest with a spacing of 0.4 mm or more and no common lines.]`,
    );
    expect(refusal([at(0, 10, 10), at(0, 110, 10)], LASER)).toMatchObject({ details: { lost: 0.4, gap: 0 } });
  });

  it('are refused in a hole of another, too', () => {
    expect(refusal([at(1, 10, 10), at(0, 30.2, 40)], LASER)).toMatchObject({
      details: { piece: 'frame', otherPiece: 'square', lost: 0.2 },
    });
    expect(refusal([at(1, 10, 10), at(0, 30.4, 40)], LASER)).toBeNull();
  });

  it('may touch under a knife, and lie exactly a kerf apart under a beam, whichever way they are turned', () => {
    const knife = { ...LASER, kerfWidth: 0 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 359 }), fc.constantFrom(0.1, 0.4, 1.5), (rotation, kerfWidth) => {
        const [dx, dy] = [Math.cos((rotation * Math.PI) / 180), Math.sin((rotation * Math.PI) / 180)];
        const beside = (gap: number) => [
          at(0, 400, 400, rotation),
          at(0, 400 + dx * (100 + gap), 400 + dy * (100 + gap), rotation),
        ];
        expect(refusal(beside(0), knife)).toBeNull();
        expect(refusal(beside(kerfWidth), { ...LASER, kerfWidth })).toBeNull();
        expect(refusal(beside(kerfWidth - 0.02), { ...LASER, kerfWidth })).toMatchObject({
          code: 'CUT_PIECES_TOO_CLOSE',
        });
      }),
    );
  });

  it('have for curves the slack that nesting has', () => {
    expect(refusal([at(2, 200, 200), at(2, 300.32, 200)], LASER)).toBeNull();
    expect(refusal([at(2, 200, 200), at(2, 300.2, 200)], LASER)).toMatchObject({ code: 'CUT_PIECES_TOO_CLOSE' });
  });
});
