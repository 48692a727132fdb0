import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lens } from '#domain/calibration.ts';
import type { FourCorners } from '#domain/table-corners.ts';
import {
  cornersFault,
  cornersToMm,
  fromTable,
  lengthBetween,
  mmPerPxAt,
  scaledCorners,
  toTable,
} from '#geometry/corner-plane.ts';
import { bendPoint } from '#geometry/lens.ts';
import type { Corner } from '#geometry/quad.ts';

const PICTURE = { widthPx: 4000, heightPx: 3000 };
const [WIDTH, HEIGHT] = [2400, 1600];
const LENS: Lens = { matrix: [3100, 0, 2020, 0, 3095, 1480, 0, 0, 1], distortion: [-0.18, 0.05, 0.0006, -0.0004, 0] };
const PLACES: readonly Corner[] = [
  [0, 0],
  [WIDTH, 0],
  [WIDTH, HEIGHT],
  [0, HEIGHT],
];

interface Pose {
  readonly tilt: number;
  readonly lean: number;
  readonly turn: number;
  readonly distance: number;
}

/** What a camera of this lens that looks at the table's middle shows of a place of it: the pinhole model, written out. */
function seen(lens: Lens, { tilt, lean, turn, distance }: Pose, [x, y]: Corner): Corner {
  const rad = Math.PI / 180;
  const [a, b, c] = [turn * rad, tilt * rad, lean * rad];
  // On the table, from its middle, y up; then turned; the camera's v goes down.
  const [px, py] = [x - WIDTH / 2, -(y - HEIGHT / 2)];
  const [tx, ty] = [px * Math.cos(a) - py * Math.sin(a), px * Math.sin(a) + py * Math.cos(a)];
  const [ux, uy, uz] = [tx, ty * Math.cos(b), ty * Math.sin(b)];
  const [vx, vy, vz] = [ux * Math.cos(c) + uz * Math.sin(c), uy, -ux * Math.sin(c) + uz * Math.cos(c)];
  const depth = vz + distance;
  const [fx, , cx, , fy, cy] = lens.matrix as [number, number, number, number, number, number];
  return bendPoint(lens, (fx * vx) / depth + cx, (fy * vy) / depth + cy)!;
}

const cornersOf = (lens: Lens, pose: Pose): FourCorners => {
  const [a, b, c, d] = PLACES.map((place) => seen(lens, pose, place));
  return [a!, b!, c!, d!];
};
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const turns = { tilt: between(-22, 22), lean: between(-15, 15), turn: between(-180, 180) };
const poses = fc.record({ ...turns, distance: between(3600, 5000) });
const straightLens: Lens = { ...LENS, distortion: [0, 0, 0, 0, 0] };

describe('four corners of a table', () => {
  it.each([
    ['a lens without bend that nobody calibrated', straightLens, null],
    ['a bent lens that is known', LENS, LENS],
  ])('give every place back within a thousandth of a millimetre, from any side: %s', (_what, taken, known) => {
    fc.assert(
      fc.property(poses, between(0, 1), between(0, 1), (pose, s, t) => {
        const corners = cornersOf(taken, pose);
        expect(cornersFault({ corners, width: WIDTH, height: HEIGHT }, PICTURE, known)).toBeNull();
        const toMm = cornersToMm({ corners, width: WIDTH, height: HEIGHT }, known)!;
        const place: Corner = [s * WIDTH, t * HEIGHT];
        const there = seen(taken, pose, place);
        const back = toTable(toMm, known, there);
        expect(Math.hypot(back[0] - place[0], back[1] - place[1])).toBeLessThan(1e-3);
        const again = fromTable(toMm, known)(place)!;
        expect(Math.hypot(again[0] - there[0], again[1] - there[1])).toBeLessThan(1e-3);
      }),
    );
  });

  it('set to whole pixels of 0.7 mm, they give the table within 0.5 mm at the median, and no place off by more than the corners', () => {
    const offs: number[] = [];
    fc.assert(
      fc.property(fc.record({ ...turns, distance: fc.constant(2200) }), (pose) => {
        const corners = cornersOf(straightLens, pose);
        const [a, b, c, d] = corners.map(([u, v]): Corner => [Math.round(u), Math.round(v)]);
        const toMm = cornersToMm({ corners: [a!, b!, c!, d!], width: WIDTH, height: HEIGHT }, null)!;
        const place: Corner = [WIDTH / 2, HEIGHT / 2];
        const back = toTable(toMm, null, seen(straightLens, pose, place));
        offs.push(Math.hypot(back[0] - place[0], back[1] - place[1]));
        expect(offs.at(-1)).toBeLessThan(1);
      }),
    );
    expect(offs.toSorted((x, y) => x - y)[Math.floor(offs.length / 2)]).toBeLessThan(0.5);
  });

  it('keep their places in a picture of half the size, tell a length and what a pixel covers', () => {
    const pose = { tilt: 12, lean: 3, turn: 4, distance: 3000 };
    const corners = cornersOf(straightLens, pose);
    const halved = scaledCorners(corners, 0.5, 0.5);
    const toMm = cornersToMm({ corners: halved, width: WIDTH, height: HEIGHT }, null)!;
    const [u, v] = seen(straightLens, pose, [700, 900]);
    expect(toTable(toMm, null, [u / 2, v / 2])[0]).toBeCloseTo(700, 3);
    const whole = cornersToMm({ corners, width: WIDTH, height: HEIGHT }, LENS)!;
    expect(whole).not.toBeNull();
    const plain = cornersToMm({ corners, width: WIDTH, height: HEIGHT }, null)!;
    const [from, to] = [seen(straightLens, pose, [200, 300]), seen(straightLens, pose, [1200, 300])];
    expect(lengthBetween(plain, null, from, to)).toBeCloseTo(1000, 3);
    // The focal length is 3100 px and the table 3000 mm away.
    expect(mmPerPxAt(plain, null, seen(straightLens, pose, [1200, 800]))).toBeCloseTo(3000 / 3100, 1);
  });
});

describe('what can be no table', () => {
  const good: FourCorners = [
    [400, 2600],
    [3600, 2600],
    [3500, 400],
    [500, 400],
  ];
  const swap = (i: number, k: number): FourCorners => {
    const at = [...good];
    [at[i], at[k]] = [at[k]!, at[i]!];
    return [at[0]!, at[1]!, at[2]!, at[3]!];
  };
  const fault = (corners: FourCorners, width = WIDTH, height = HEIGHT) =>
    cornersFault({ corners, width, height }, PICTURE, null);

  it('is said by name', () => {
    expect(fault(good)).toBeNull();
    expect(fault(good, 2.4, 1.6)).toBe('size');
    expect(fault(good, 2400, Number.NaN)).toBe('size');
    expect(fault(good, 2400, 160_000)).toBe('size');
    expect(fault([[-1, 2600], good[1], good[2], good[3]])).toBe('outside');
    expect(fault([good[0], [4001, 2600], good[2], good[3]])).toBe('outside');
    expect(fault(swap(0, 1))).toBe('crossing');
    expect(fault(swap(1, 2))).toBe('crossing');
    // Inside the triangle of the three others, and on the line between two.
    expect(fault([good[0], good[1], [1000, 2300], good[3]])).toBe('crossing');
    expect(fault([good[0], good[1], good[2], [1950, 1500]])).toBe('crossing');
    expect(fault([good[1], good[0], good[3], good[2]])).toBe('mirrored');
    expect(
      fault([
        [100, 500],
        [500, 500],
        [500, 300],
        [100, 300],
      ]),
    ).toBe('tiny');
    expect(
      fault([
        [100, 2900],
        [3900, 2900],
        [3900, 2850],
        [100, 2850],
      ]),
    ).toBe('tiny');
    expect(
      fault([
        [0, 2990],
        [4000, 2990],
        [2150, 100],
        [1850, 100],
      ]),
    ).toBe('steep');
  });

  it('is never a table that a camera sees within 22 degrees, turned any way, and always one in the mirror', () => {
    fc.assert(
      fc.property(poses, (pose) => {
        const corners = cornersOf(straightLens, pose);
        expect(fault(corners)).toBeNull();
        const [a, b, c, d] = corners.map(([u, v]): Corner => [PICTURE.widthPx - u, v]);
        expect(fault([a!, b!, c!, d!])).toBe('mirrored');
      }),
    );
  });
});
