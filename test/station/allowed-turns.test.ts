import { expect, it } from 'vitest';
import { allowedTurns } from '../../src/station/allowed-turns.ts';
import type { Piece, Sheet } from '../../src/domain/problem.ts';

const outline = [
  [0, 0],
  [9, 0],
  [0, 9],
] as const;
const sheet = (grain?: Sheet['grain']): Sheet => ({ id: 's', outline, ...(grain ? { grain } : {}) });
const piece = (more: Partial<Piece>): Piece => ({ id: 'p', outline, ...more });
const turns = (p: Piece, s: Sheet, mirrored = false, at: readonly [number, number] = [0, 0]) =>
  allowedTurns(p, p, s, { mirrored, at });

it('is any angle for a free piece, and the piece’s own rule otherwise', () => {
  expect(turns(piece({}), sheet())).toBeNull();
  expect(turns(piece({ rotation: 'fixed' }), sheet())).toEqual([0]);
  expect(turns(piece({ rotation: [0, 180, -90] }), sheet())).toEqual([0, 180, 270]);
});

it('follows the grain, both ways unless it is directed, mirrored pieces by their mirrored angle', () => {
  const grained = piece({ grain: { angle: 30 } });
  expect(turns(grained, sheet({ angle: 90 }))).toEqual([60, 240]);
  expect(turns(grained, sheet({ angle: 90, directed: true }))).toEqual([60]);
  expect(turns(grained, sheet({ angle: 90 }), true)).toEqual([300, 120]);
  expect(turns(piece({ grain: { angle: 0 }, rotation: [0, 90, 180] }), sheet({ angle: 2 }))).toEqual([0, 180]);
});

it('takes the grain of the nearest place of a field', () => {
  const field = [
    { x: 0, y: 0, angle: 10 },
    { x: 100, y: 0, angle: 50 },
  ];
  expect(turns(piece({ grain: { angle: 0 } }), sheet({ field }), false, [80, 5])).toEqual([50, 230]);
});

it('gives a pair the mirrored grain of the piece that it mirrors', () => {
  const drawn = piece({ grain: { angle: 30 } });
  const pair: Piece = { id: 'q', mirror: { pairOf: 'p' } };
  expect(allowedTurns(pair, drawn, sheet({ angle: 0 }), { mirrored: false, at: [0, 0] })).toEqual([210, 30]);
});
