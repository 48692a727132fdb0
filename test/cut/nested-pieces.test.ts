import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nestedPieces, type NestedPiece } from '#cut/nested-pieces.ts';
import { planCuts } from '#cut/plan-cuts.ts';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import type { Layout, Placement } from '#domain/nest-result.ts';
import type { Order } from '#domain/problem.ts';
import { flatRing, type Point } from '#domain/ring.ts';
import { ringBounds, type Bounds } from '#geometry/ring-bounds.ts';
import { WIDE_SHEET } from './cut-fixture.ts';

type Piece = Order['pieces'][number];

const box = (x: number, y: number, side: number): Point[] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];

/** Frames in frames: each square has up to four square holes, each of them holds one or nothing, touching or with room. */
interface Frame {
  readonly holes: readonly (Frame | null)[];
  readonly gap: number;
}

const frames = fc.letrec<{ frame: Frame; hole: Frame | null }>((tie) => ({
  frame: fc.record({
    holes: fc.array(tie('hole'), { maxLength: 4 }),
    gap: fc.constantFrom(0, 0.5),
  }),
  hole: fc.option(tie('frame'), { depthSize: 'small' }),
})).frame;

function laidOut(tops: readonly Frame[], shuffled: readonly number[]): { layout: Layout; order: { pieces: Piece[] } } {
  const pieces: Piece[] = [];
  const placements: Placement[] = [];
  const lay = ({ holes, gap }: Frame, left: number, low: number, room: number) => {
    const [x, y, side] = [left + gap * room * 0.1, low + gap * room * 0.1, room * (1 - gap * 0.2)];
    const places = holes.map((_, k) => ({
      x: side * (0.1 + 0.45 * (k % 2)),
      y: side * (0.1 + 0.45 * Math.floor(k / 2)),
      side: side * 0.35,
    }));
    placements.push({ piece: pieces.length, x, y, rotation: 0, mirrored: false });
    pieces.push({
      id: `p${pieces.length}`,
      outline: box(0, 0, side),
      ...(places.length > 0 ? { holes: places.map((at) => box(at.x, at.y, at.side)) } : {}),
      marks: [{ kind: 'drill', points: [[side * 0.05, side * 0.05]] }],
    });
    holes.forEach((inner, k) => {
      const at = places[k]!;
      if (inner) lay(inner, x + at.x, y + at.y, at.side);
    });
  };
  tops.forEach((top, k) => lay(top, 20 + (k % 5) * 500, 20 + Math.floor(k / 5) * 500, 450));
  const rank = (k: number) => shuffled[k % shuffled.length]! + k * 1e-6;
  const order = [...placements.keys()].sort((a, b) => rank(a) - rank(b));
  return { layout: { material: 0, placements: order.map((k) => placements[k]!) }, order: { pieces } };
}

/** Whether one box lies in another. */
function liesIn(inner: Bounds, outer: Bounds): boolean {
  return (
    inner.minX >= outer.minX - 1e-9 &&
    inner.minY >= outer.minY - 1e-9 &&
    inner.maxX <= outer.maxX + 1e-9 &&
    inner.maxY <= outer.maxY + 1e-9
  );
}

describe('pieces in holes of others', () => {
  it('are cut before what lies round them, whatever lies in what', () => {
    fc.assert(
      fc.property(
        fc.array(frames, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat({ max: 50 }), { minLength: 5, maxLength: 9 }),
        (tops, shuffled) => {
          const { layout, order } = laidOut(tops, shuffled);
          const { steps } = planCuts(layout, order, WIDE_SHEET, SIMULATED_MACHINE);
          expect(steps.filter(({ kind }) => kind === 'outer')).toHaveLength(layout.placements.length);
          const boxes = steps.map(({ points }) => ringBounds(flatRing(points)));
          for (let first = 0; first < steps.length; first += 1) {
            if (!steps[first]!.isClosed) continue;
            for (let then = first + 1; then < steps.length; then += 1)
              if (liesIn(boxes[then]!, boxes[first]!) && !liesIn(boxes[first]!, boxes[then]!))
                expect.fail(`${JSON.stringify(steps[then])} is cut after ${JSON.stringify(steps[first])} round it`);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are cut whole, one after the other, so that a count of outlines says which one is begun', () => {
    fc.assert(
      fc.property(fc.array(frames, { minLength: 1, maxLength: 8 }), (tops) => {
        const { layout, order } = laidOut(tops, [1]);
        const { steps } = planCuts(layout, order, WIDE_SHEET, SIMULATED_MACHINE);
        const begun = steps.map(({ placement }) => placement).filter((p, k, all) => p !== all[k - 1]);
        expect(new Set(begun).size).toBe(begun.length);
      }),
    );
  });

  it('are found however slanted and hollow they are', () => {
    // A horseshoe lies in the ring; its middle is leather of nobody. The star beside it lies in the horseshoe's bay only.
    const ring = flatRing(box(0, 0, 100));
    const horseshoe = flatRing([
      [10, 10],
      [90, 12],
      [88, 90],
      [70, 89],
      [71, 30],
      [30, 31],
      [29, 88],
      [11, 90],
    ]);
    const star = flatRing([
      [50, 40],
      [54, 60],
      [50, 80],
      [46, 60],
    ]);
    const shown = ({ placement, within }: NestedPiece): unknown => [placement, within.map(shown)];
    expect(nestedPieces([star, ring, horseshoe]).map(shown)).toEqual([
      [
        1,
        [
          [0, []],
          [2, []],
        ],
      ],
    ]);
  });
});
