import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planCuts } from '#cut/plan-cuts.ts';
import { notchLine } from '#cut/notch-line.ts';
import { tourPieces } from '#cut/tour-pieces.ts';
import { compensateKerf } from '#cut/compensate-kerf.ts';
import type { CutPlan } from '#domain/cut-plan.ts';
import { cutStepKinds, SIMULATED_MACHINE } from '#domain/machine.ts';
import type { Machine } from '#domain/machine.ts';
import type { Layout } from '#domain/nest-result.ts';
import { flatRing } from '#domain/ring.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { lineLength, ringPerimeter } from '#geometry/ring-perimeter.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { LAYOUT, ORDER, SHEET, WIDE_SHEET } from './cut-fixture.ts';

const order = sampleOrder();
const placements = fc.record({
  piece: fc.nat({ max: order.pieces.length - 1 }),
  x: fc.integer({ min: 600, max: 2400 }),
  y: fc.integer({ min: 600, max: 1700 }),
  rotation: fc.integer({ min: 0, max: 359 }),
  mirrored: fc.boolean(),
});
const layouts = fc.array(placements, { maxLength: 30 }).map((all): Layout => ({ material: 0, placements: all }));

/** What has to be cut of a layout, by kind: how many contours, and how long they are together. */
function wanted(layout: Layout): Record<string, { count: number; length: number }> {
  const sums: Record<string, { count: number; length: number }> = {};
  const add = (kind: string, length: number) => {
    const sum = (sums[kind] ??= { count: 0, length: 0 });
    sum.count += 1;
    sum.length += length;
  };
  for (const { piece } of layout.placements) {
    const { outline, holes, marks } = pieceShape(order.pieces, piece, 0.008);
    add('outer', ringPerimeter(outline));
    for (const hole of holes) add('inner', ringPerimeter(hole));
    for (const { kind, points } of marks) {
      if (kind === 'drill') for (let i = 0; i < points.length; i += 2) add(kind, 0);
      else if (kind !== 'text') add(kind, kind === 'notch' ? 3 : lineLength(points));
    }
  }
  return sums;
}

function found(plan: CutPlan): Record<string, { count: number; length: number }> {
  const sums: Record<string, { count: number; length: number }> = {};
  for (const step of plan.steps) {
    const sum = (sums[step.kind] ??= { count: 0, length: 0 });
    sum.count += 1;
    sum.length += step.isClosed ? ringPerimeter(flatRing(step.points)) : lineLength(flatRing(step.points));
  }
  return sums;
}

describe('a cut plan', () => {
  it('has every contour exactly once, and nothing of a piece after its outline', () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const plan = planCuts(layout, order, WIDE_SHEET, SIMULATED_MACHINE);
        const [is, should] = [found(plan), wanted(layout)];
        expect(Object.keys(is).sort()).toEqual(Object.keys(should).sort());
        for (const [kind, { count, length }] of Object.entries(should)) {
          expect([kind, is[kind]!.count]).toEqual([kind, count]);
          expect(is[kind]!.length).toBeCloseTo(length, 4);
        }
        const isLoose = new Set<number>();
        for (const { placement, kind, piece, isClosed } of plan.steps) {
          expect(isLoose.has(placement)).toBe(false);
          expect(piece).toBe(layout.placements[placement]!.piece);
          expect(isClosed).toBe(kind === 'inner' || kind === 'outer');
          if (kind === 'outer') isLoose.add(placement);
        }
        expect(isLoose.size).toBe(layout.placements.length);
      }),
      { numRuns: 60 },
    );
  });

  it('finishes one piece before it begins the next, by kind: draw, notch, drill, inner, outer', () => {
    const { steps } = planCuts(LAYOUT, ORDER, SHEET, SIMULATED_MACHINE);
    const pieces = steps.map(({ placement }) => placement).filter((p, k, all) => p !== all[k - 1]);
    expect(new Set(pieces).size).toBe(pieces.length);
    for (const p of pieces) {
      const ranks = steps.filter(({ placement }) => placement === p).map(({ kind }) => cutStepKinds.indexOf(kind));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    }
  });

  it('is the same for the same layout', () => {
    expect(planCuts(LAYOUT, ORDER, SHEET, SIMULATED_MACHINE)).toEqual(
      planCuts(LAYOUT, ORDER, SHEET, SIMULATED_MACHINE),
    );
  });

  it('has the lengths and the time of its steps', () => {
    const line: Layout = { material: 0, placements: [{ piece: 0, x: 30, y: 40, rotation: 0, mirrored: false }] };
    const square = {
      pieces: [
        {
          id: 'p',
          outline: [
            [0, 0],
            [10, 0],
            [10, 10],
            [0, 10],
          ] as const,
        },
      ],
    };
    const machine: Machine = { ...SIMULATED_MACHINE, travelMmPerSecond: 100, pierceMs: 500 };
    const plan = planCuts(line, square, SHEET, machine);
    expect(plan).toMatchObject({ cutLength: 40, travelLength: 50 });
    expect(plan.seconds).toBeCloseTo(40 / 400 + 50 / 100 + 0.5, 12);
    expect(plan.labels).toEqual([{ placement: 0, text: 'p', at: [35, 45] }]);
  });

  it('travels less than half as far as in the order of the layout, on 79 pieces in rows', () => {
    const all = order.pieces
      .flatMap((piece, k) => Array.from({ length: (piece.quantity ?? 1) * 4 }, () => k))
      .slice(0, 79);
    // Placed in a scattered order, as a solver leaves them.
    const layout: Layout = {
      material: 0,
      placements: all.map((piece, k) => {
        const spot = (k * 29) % 79;
        return { piece, x: 400 + (spot % 9) * 300, y: 400 + Math.floor(spot / 9) * 180, rotation: 0, mirrored: false };
      }),
    };
    const plan = planCuts(layout, order, WIDE_SHEET, SIMULATED_MACHINE);
    const naive = layout.placements.reduce((sum, to, k) => {
      const from = layout.placements[k - 1] ?? { x: 0, y: 0 };
      return sum + Math.hypot(to.x - from.x, to.y - from.y);
    }, 0);
    expect(plan.travelLength).toBeLessThan(naive / 2);
  });

  it('starts where the machine waits', () => {
    const far: Machine = { ...SIMULATED_MACHINE, toMachine: [-1, 0, 0, -1, 3000, 2000] };
    const spots: Layout = {
      material: 0,
      placements: [100, 2500].map((x) => ({ piece: 13, x, y: 800, rotation: 0, mirrored: false })),
    };
    expect(planCuts(spots, order, WIDE_SHEET, SIMULATED_MACHINE).steps[0]!.placement).toBe(0);
    expect(planCuts(spots, order, WIDE_SHEET, far).steps[0]!.placement).toBe(1);
  });

  it.each<[string, string, () => unknown]>([
    [
      'a kind that no tool does',
      'CUT_NO_TOOL',
      () =>
        planCuts(LAYOUT, ORDER, SHEET, {
          ...SIMULATED_MACHINE,
          tools: [{ id: 1, does: ['inner', 'outer'], feedMmPerSecond: 1 }],
        }),
    ],
    [
      'a piece that is not there',
      'CUT_NO_SUCH_PIECE',
      () =>
        planCuts(
          { material: 0, placements: [{ piece: 9, x: 0, y: 0, rotation: 0, mirrored: false }] },
          ORDER,
          SHEET,
          SIMULATED_MACHINE,
        ),
    ],
    [
      'a profile that stretches',
      'CUT_PROFILE_NOT_RIGID',
      () => planCuts(LAYOUT, ORDER, SHEET, { ...SIMULATED_MACHINE, toMachine: [1.01, 0, 0, 1, 0, 0] }),
    ],
  ])('refuses %s', (_, code, plan) => {
    expect(plan).toThrow(expect.objectContaining({ code, fault: 'input' }));
  });
});

describe('a tour', () => {
  it('is no longer than nearest next alone', () => {
    const spot = fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 }));
    fc.assert(
      fc.property(fc.array(spot, { minLength: 1, maxLength: 40 }), (spots) => {
        const pieces = spots.map(([x, y]) => ({ inner: [], outline: Float64Array.of(x, y, x + 1, y, x, y + 1) }));
        let pen: readonly [number, number] = [0, 0];
        const left = [...pieces];
        let nearest = 0;
        while (left.length > 0) {
          const away = (at: readonly number[]) => Math.hypot(at[0]! - pen[0], at[1]! - pen[1]);
          const ways = left.flatMap((piece) =>
            [0, 2, 4].map((i) => ({ piece, at: [piece.outline[i]!, piece.outline[i + 1]!] as const })),
          );
          const next = ways.reduce((a, b) => (away(b.at) < away(a.at) ? b : a));
          nearest += away(next.at);
          left.splice(left.indexOf(next.piece), 1);
          pen = next.at;
        }
        let travel = 0;
        let at: [number, number] = [0, 0];
        for (const { contour } of tourPieces(pieces, [0, 0])) {
          travel += Math.hypot(contour.points[0]! - at[0], contour.points[1]! - at[1]);
          at = [contour.points[0]!, contour.points[1]!];
        }
        expect(travel).toBeLessThanOrEqual(nearest + 1e-6);
      }),
      { numRuns: 60 },
    );
  });
});

it('a notch of one point is a slit of 3 mm from the nearest side, square to it, inwards', () => {
  const square = flatRing([
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ]);
  expect([...notchLine(square, 5, 0)]).toEqual([5, 0, 5, 3]);
  expect([...notchLine(square, 10.4, 5)]).toEqual([10, 5, 7, 5]);
  expect([...notchLine(square, 5, 9.9)]).toEqual([5, 10, 5, 7]);
});

describe('the kerf', () => {
  const square = flatRing([
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ]);
  it('lies outside an outline and inside a hole, half its width each', () => {
    const outer = compensateKerf(square, 0.4, 'outer');
    expect(ringBounds(outer)).toEqual({ minX: -0.2, minY: -0.2, maxX: 10.2, maxY: 10.2 });
    expect(ringArea(outer)).toBeCloseTo(100 + 40 * 0.2 + Math.PI * 0.04, 2);
    const inner = compensateKerf(
      flatRing([
        [0, 0],
        [0, 10],
        [10, 10],
        [10, 0],
      ]),
      0.4,
      'inner',
    );
    expect(ringArea(inner)).toBeCloseTo(-(9.6 ** 2), 6);
    expect(compensateKerf(square, 0, 'outer')).toBe(square);
    expect(() => compensateKerf(square, 11, 'inner')).toThrow(expect.objectContaining({ code: 'CUT_KERF_TOO_WIDE' }));
  });

  it('moves the outlines of a plan, in the right direction for mirrored pieces too', () => {
    const layout: Layout = { material: 0, placements: [{ piece: 13, x: 500, y: 500, rotation: 0, mirrored: true }] };
    const [plain, wide] = [0, 0.4].map((kerfWidth) =>
      planCuts(layout, order, WIDE_SHEET, { ...SIMULATED_MACHINE, kerfWidth }),
    );
    const size = (plan: CutPlan) => Math.abs(ringArea(flatRing(plan.steps.at(-1)!.points)));
    expect(size(wide!)).toBeGreaterThan(size(plain!) + 0.9 * 0.2 * plain!.cutLength);
  });
});
