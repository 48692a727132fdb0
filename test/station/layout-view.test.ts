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
  const lockedOf = (result: NestResult) =>
    layoutView(drawableProblem(PROBLEM), result, { job: 'j', sha256: 'a'.repeat(64), isFinal: true })
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
