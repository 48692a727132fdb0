import { describe, expect, test } from 'vitest';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { drawableProblem, layoutView } from '#station/layout-view.ts';

const square = (side: number) =>
  [
    [0, 0],
    [side, 0],
    [side, side],
    [0, side],
  ] as const;

/** Two kinds on one sheet that holds one of them locked. */
const PROBLEM: Problem = {
  kerf: 1,
  objective: 'value',
  pieces: [
    { id: 'front', outline: square(20), quantity: 3 },
    { id: 'back', outline: square(30), quantity: 3 },
  ],
  sheets: [
    {
      id: 'hide',
      outline: square(400),
      locked: [{ piece: 'back', x: 200, y: 100, rotation: -30, mirrored: false }],
    },
  ],
};

function resultOf(places: readonly (readonly [piece: number, x: number, y: number, rotation: number])[]): NestResult {
  return {
    kerf: 1,
    layouts: [
      {
        material: 0,
        placements: places.map(([piece, x, y, rotation]) => ({ piece, x, y, rotation, mirrored: false })),
      },
    ],
    unplaced: [],
    stopped: 'time',
    objective: { kind: 'value', value: 0.1, bound: 1 },
    seconds: 1,
    seed: 1,
    threads: 1,
    trace: [],
  };
}

describe('a layout as windows see it', () => {
  test('says what proves its bound once the search has ended', () => {
    const proofOf = (objective: Partial<NestResult['objective']>, isFinal = true) => {
      const result = resultOf([[0, 10, 10, 0]]);
      const told = { ...result, objective: { ...result.objective, ...objective } };
      return layoutView(drawableProblem(PROBLEM), told, {
        job: 'j',
        inspectionSha256: null,
        sha256: 'a'.repeat(64),
        isFinal,
      }).boundBy;
    };
    expect(proofOf({ bound: 0.8, boundBy: 'quality' })).toBe('quality');
    expect(proofOf({ bound: 0.8, boundBy: 'quality' }, false)).toBeNull();
    // A share of the order: nothing less than the whole order is proved.
    expect(proofOf({ bound: 1, boundBy: 'area' })).toBe('order');
    expect(proofOf({ kind: 'sheets', bound: 1.2, boundBy: 'area' })).toBe('area');
    expect(proofOf({ kind: 'strip', bound: 0.99, boundBy: 'rows' })).toBe('rows');
    expect(proofOf({ bound: 0.8, boundBy: 'a proof to come' })).toBeNull();
  });

  const lockedOf = (result: NestResult) =>
    layoutView(drawableProblem(PROBLEM), result, {
      job: 'j',
      inspectionSha256: null,
      sha256: 'a'.repeat(64),
      isFinal: true,
    })
      .pieces.filter((p) => p.isLocked)
      .map((p) => [p.id, p.placement]);

  test('shows the piece locked that lies on the lock, wherever it stands in the list', () => {
    expect(
      lockedOf(
        resultOf([
          [0, 10, 10, 0],
          [1, 50, 50, 0],
          [1, 200, 100, 330],
        ]),
      ),
    ).toEqual([['back', 2]]);
  });

  test('shows one piece for one lock, and none where the lock is not kept', () => {
    expect(
      lockedOf(
        resultOf([
          [1, 200, 100, -30],
          [1, 200, 100, -30],
        ]),
      ),
    ).toEqual([['back', 0]]);
    expect(lockedOf(resultOf([[0, 200, 100, -30]]))).toEqual([]);
  });
});
