import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NearestStart } from '#cut/nearest-start.ts';
import { nearestOf } from '#cut/nearest-of.ts';
import { planCuts } from '#cut/plan-cuts.ts';
import { shortenTour } from '#cut/shorten-tour.ts';
import { SIMULATED_MACHINE, type Machine } from '#domain/machine.ts';
import type { Order } from '#domain/problem.ts';
import type { Point } from '#domain/ring.ts';
import { WIDE_SHEET } from './cut-fixture.ts';

const LARGE: Machine = { ...SIMULATED_MACHINE, width: 1e5, height: 1e5 };
const circle = (n: number, r: number): Point[] =>
  Array.from({ length: n }, (_, k) => [r * Math.cos((2 * Math.PI * k) / n), r * Math.sin((2 * Math.PI * k) / n)]);

const spot = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: -20, max: 20 }));

describe('the start nearest to the tool', () => {
  it('is the one that looking at all of them finds, until none is left', () => {
    const lines = fc.array(
      fc.record({ points: fc.array(spot, { minLength: 1, maxLength: 6 }), isClosed: fc.boolean() }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(lines, fc.array(spot, { minLength: 1, maxLength: 5 }), (drawn, pens) => {
        const all = drawn.map(({ points, isClosed }) => ({ points: Float64Array.from(points.flat()), isClosed }));
        const left = new Set(all.keys());
        const near = new NearestStart(all);
        for (let k = 0; ; k += 1) {
          const [x, y] = pens[k % pens.length]!;
          let wanted: { line: number; at: number; distance: number } | null = null;
          for (const line of left) {
            const { points, isClosed } = all[line]!;
            const ends = [...new Set([0, points.length - 2])];
            for (const at of isClosed ? [...points.keys()].filter((i) => i % 2 === 0) : ends) {
              const distance = Math.sqrt((points[at]! - x) ** 2 + (points[at + 1]! - y) ** 2);
              if (!wanted || distance < wanted.distance) wanted = { line, at, distance };
            }
          }
          expect(near.nearest(x, y)).toEqual(wanted);
          if (!wanted) break;
          near.remove(wanted.line);
          left.delete(wanted.line);
        }
      }),
    );
  });
});

it('the nearest points are those that measuring all of them finds', () => {
  fc.assert(
    fc.property(
      fc.array(spot, { minLength: 1, maxLength: 80 }),
      fc.array(spot, { maxLength: 10 }),
      fc.integer({ min: 1, max: 12 }),
      (points, places, count) => {
        const far = (k: number, [x, y]: Point) => Math.hypot(points[k]![0] - x, points[k]![1] - y);
        const wanted = places.map((at) =>
          [...points.keys()].sort((a, b) => far(a, at) - far(b, at) || a - b).slice(0, count),
        );
        expect(nearestOf(points, places, count).map((near) => [...near])).toEqual(wanted);
      },
    ),
  );
});

it('a tour that was shortened has every stop once and is no longer', () => {
  const visits = fc.array(fc.record({ entry: spot, exit: spot }), { maxLength: 60 });
  fc.assert(
    fc.property(visits, spot, (all, start) => {
      const order = shortenTour(all, start);
      expect([...order].sort((a, b) => a - b)).toEqual([...all.keys()]);
      const travel = (stops: readonly number[]) =>
        stops.reduce((sum, k, i) => {
          const [x, y] = i === 0 ? start : all[stops[i - 1]!]!.exit;
          return sum + Math.hypot(all[k]!.entry[0] - x, all[k]!.entry[1] - y);
        }, 0);
      expect(travel(order)).toBeLessThanOrEqual(travel([...all.keys()]) + 1e-9);
    }),
  );
});

describe('a plan of very many contours', () => {
  /** CPU of this thread, s: what others do on the machine does not count. */
  const cpuOf = (work: () => void) => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  const planOf = (piece: Order['pieces'][number], places: readonly Point[]) => () =>
    planCuts(
      { material: 0, placements: places.map(([x, y]) => ({ piece: 0, x, y, rotation: 0, mirrored: false })) },
      { pieces: [piece] },
      WIDE_SHEET,
      LARGE,
    );

  it('takes under 3 s of CPU for 30 pieces of 2,000 drills, which took 10', () => {
    const points = Array.from({ length: 2000 }, (_, j): Point => [
      -60 + (j % 45) * 2.5,
      -60 + Math.floor(j / 45) * 2.5,
    ]);
    const piece = { id: 'p', outline: circle(40, 100), marks: [{ kind: 'drill' as const, points }] };
    const places = Array.from({ length: 30 }, (_, i): Point => [200 + i * 250, 200]);
    expect(cpuOf(planOf(piece, places))).toBeLessThan(3);
  });

  it('takes under 3 s of CPU for 2,000 circles, which took 20', () => {
    const places = Array.from({ length: 2000 }, (_, i): Point => [
      100 + ((i * 7919) % 50) * 30,
      100 + ((i * 104729) % 41) * 30,
    ]);
    expect(cpuOf(planOf({ id: 'p', outline: circle(40, 10) }, places))).toBeLessThan(3);
  });
});
