import { describe, expect, it } from 'vitest';
import { flatRing, type Point } from '../../src/domain/ring.ts';
import { placeRing } from '../../src/geometry/transform-ring.ts';
import { isFreePlace } from '../../src/geometry/free-place.ts';
import {
  heldPiece,
  locksWith,
  locksWithout,
  surroundingsOf,
  swappedPieces,
  turnedPiece,
  type PlacedPiece,
} from '../../src/ui/state/arrange.ts';
import { inspectionOf } from './drawn-hide.ts';
import { layoutOf, square } from './page-fixtures.ts';

/** Pieces as the station sends them: an own outline under a move. */
function placed(placement: number, own: readonly Point[], x: number, y: number, rotation = 0): PlacedPiece {
  const ring = placeRing(flatRing(own), { x, y, rotation, mirrored: false });
  const outline = Array.from({ length: own.length }, (_, i): [number, number] => [ring[2 * i]!, ring[2 * i + 1]!]);
  return { ...layoutOf([square(0, 0, 1)]).pieces[0]!, placement, outline, x, y, rotation, quality: 4 };
}
const LONG: readonly Point[] = [
  [0, 0],
  [200, 0],
  [200, 60],
  [0, 60],
];
const SMALL: readonly Point[] = [
  [0, 0],
  [60, 0],
  [60, 60],
  [0, 60],
];
const inspection = {
  ...inspectionOf([]),
  sheet: { id: 'hide', outline: square(0, 0, 1000), zones: [{ quality: 2, outline: square(700, 700, 100) }] },
};
const table = (...pieces: PlacedPiece[]) => ({ layout: { ...layoutOf([]), pieces }, inspection });
/** What the station would make of the move. */
const laid = (own: readonly Point[], p: PlacedPiece) => placeRing(flatRing(own), p);
const isSame = (a: Float64Array, b: Float64Array) => a.every((v, i) => Math.abs(v - b[i]!) < 1e-6);

describe('a piece in the hand', () => {
  const a = placed(0, LONG, 100, 100);
  const b = placed(1, SMALL, 400, 100);
  const around = surroundingsOf(table(a, b), a, new Set());

  it('is free in the open, and its move says where it lies', () => {
    const held = heldPiece(around, a, [0, 300]);
    expect(held.isFree).toBe(true);
    expect(isSame(laid(LONG, held.landing!), flatRing(held.piece.outline))).toBe(true);
  });

  it('is felt on another piece and slides off it, gap kept', () => {
    const held = heldPiece(around, a, [150, 0]);
    expect(held.isFree).toBe(false);
    expect(isFreePlace(flatRing(held.landing!.outline), around)).toBe(true);
    expect(isSame(laid(LONG, held.landing!), flatRing(held.landing!.outline))).toBe(true);
  });

  it('keeps off marks below its grade', () => {
    expect(heldPiece(around, a, [550, 620]).isFree).toBe(false);
    expect(
      heldPiece(surroundingsOf(table({ ...a, quality: 2 }), { ...a, quality: 2 }, new Set()), a, [550, 620]).isFree,
    ).toBe(true);
  });

  it('goes back when there is no place near', () => {
    expect(heldPiece(around, a, [5000, 0]).landing).toBeNull();
  });
});

describe('a turn', () => {
  it('takes the next allowed angle about the middle', () => {
    const piece = { ...placed(0, LONG, 300, 300), turns: [0, 90, 180] };
    const turned = turnedPiece(table(piece), piece)!;
    expect(turned.rotation).toBe(90);
    expect(isSame(laid(LONG, turned), flatRing(turned.outline))).toBe(true);
    expect(turnedPiece(table(turned), turned)!.rotation).toBe(180);
  });

  it('skips an angle for which there is no room, and says so when there is none', () => {
    const fixed = { ...placed(0, LONG, 300, 300), turns: [0] };
    expect(turnedPiece(table(fixed), fixed)).toBeNull();
  });
});

describe('a swap', () => {
  it('lays each about where the other lay', () => {
    const a = placed(0, LONG, 100, 100);
    const b = placed(1, SMALL, 600, 100);
    const [first, second] = swappedPieces(table(a, b), a, b)!;
    expect(Math.abs(first!.x + 100 - 630)).toBeLessThan(80);
    expect(Math.abs(second!.x + 30 - 200)).toBeLessThan(80);
    expect(isSame(laid(SMALL, second!), flatRing(second!.outline))).toBe(true);
  });

  it('does nothing where one does not fit', () => {
    const a = placed(0, LONG, 20, 20);
    const b = { ...placed(1, SMALL, 500, 500), turns: [0] };
    const walls = [placed(2, LONG, 450, 430), placed(3, LONG, 450, 570)];
    const sides = [placed(4, SMALL, 430, 500), placed(5, SMALL, 570, 500)];
    expect(swappedPieces(table(a, b, ...walls, ...sides), a, b)).toBeNull();
  });
});

it('all locks are named at once, each piece once', () => {
  const a = { ...placed(0, LONG, 100, 100), isLocked: true };
  const b = placed(1, SMALL, 400, 100);
  const { layout } = table(a, b);
  expect(locksWith(layout, [b]).map((l) => l.x)).toEqual([100, 400]);
  expect(locksWith(layout, [{ ...a, x: 7 }]).map((l) => l.x)).toEqual([7]);
  expect(locksWithout(layout, a)).toEqual([]);
});
