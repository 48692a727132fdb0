import { describe, expect, it } from 'vitest';
import type { Piece, Problem } from '#domain/problem.ts';
import { pointsOf } from '#domain/ring.ts';
import { formatPath, moveFigure } from '#geometry/format-path.ts';
import { flattenPath } from '#geometry/flatten-path.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { parsePath } from '#geometry/parse-path.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';

const LEFT: Piece = {
  id: 'left',
  // Clockwise and closed, as files of others are.
  outline: [
    [0, 0],
    [0, 10],
    [4, 10],
    [10, 4],
    [10, 0],
    [0, 0],
  ],
  holes: [
    [
      [1, 1],
      [2, 1],
      [2, 2],
      [1, 2],
    ],
  ],
  zones: [
    {
      quality: 1,
      outline: [
        [0, 0],
        [3, 0],
        [3, 3],
      ],
    },
  ],
  marks: [{ kind: 'drill', points: [[8, 2]] }],
};

describe('the shape of a piece', () => {
  it('turns outlines one way and holes the other, without repeated vertices', () => {
    const { outline, holes, isCurved } = pieceShape([LEFT], 0);
    expect(ringArea(outline)).toBe(82);
    expect(outline).toHaveLength(10);
    expect(ringArea(holes[0]!)).toBe(-1);
    expect(isCurved).toBe(false);
  });

  it('of a pair is the other one mirrored, with its holes, zones and marks', () => {
    const right = pieceShape([{ id: 'right', mirror: { pairOf: 'left' } }, LEFT], 0);
    expect(ringArea(right.outline)).toBe(82);
    expect(ringBounds(right.outline)).toMatchObject({ minX: -10, maxX: -0 });
    expect(ringArea(right.holes[0]!)).toBe(-1);
    expect(ringBounds(right.zones[0]!.outline).minX).toBe(-3);
    expect([...right.marks[0]!.points]).toEqual([-8, 2]);
  });

  it('follows a path as closely as asked', () => {
    const disc: Piece = { id: 'd', path: 'M 50 0 A 50 50 0 0 1 -50 0 A 50 50 0 0 1 50 0 Z' };
    const off = (tolerance: number) => Math.PI * 2500 - ringArea(pieceShape([disc], 0, tolerance).outline);
    expect(off(0.05)).toBeGreaterThan(off(0.001));
    expect(off(0.001)).toBeLessThan(0.5);
    expect(pieceShape([disc], 0).isCurved).toBe(true);
  });

  it('is missing where there is no outline', () => {
    expect(() => pieceShape([{ id: 'x' }], 0)).toThrow(
      expect.objectContaining({ code: 'GEOMETRY_PIECE_WITHOUT_OUTLINE' }),
    );
    expect(() => pieceShape([], 0)).toThrow(expect.objectContaining({ code: 'GEOMETRY_NO_SUCH_PIECE' }));
  });
});

it('a problem in inches is the same in mm; path, shade, angles and values stay', () => {
  const problem: Problem = {
    kerf: 1,
    unit: 'in',
    spacing: 1,
    pieces: [
      {
        id: 'p',
        outline: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
        value: 7,
        rotation: { around: 3, tolerance: 4 },
        marks: [{ kind: 'drill', points: [[1, 2]] }],
      },
      { id: 'q', path: 'M 0 0 L 1 0 L 1 1 Z', spacing: 2 },
    ],
    sheets: [
      {
        id: 's',
        outline: [
          [0, 0],
          [10, 0],
          [10, 10],
        ],
        margin: 1,
        zones: [
          {
            shade: [1, 2, 3],
            outline: [
              [0, 0],
              [1, 0],
              [1, 1],
            ],
          },
        ],
        grain: { field: [{ x: 1, y: 2, angle: 3 }] },
        locked: [{ piece: 'p', x: 1, y: 2, rotation: 90 }],
        cost: 5,
      },
    ],
  };
  const mm = inMillimetres(problem);
  const k = 25.4;
  expect(mm).toEqual({
    kerf: 1,
    unit: 'mm',
    spacing: k,
    pieces: [
      {
        id: 'p',
        outline: [
          [0, 0],
          [k, 0],
          [k, k],
        ],
        value: 7,
        rotation: { around: 3, tolerance: 4 },
        marks: [{ kind: 'drill', points: [[k, 2 * k]] }],
      },
      { id: 'q', path: 'M 0 0 L 1 0 L 1 1 Z', spacing: 2 * k },
    ],
    sheets: [
      {
        id: 's',
        outline: [
          [0, 0],
          [10 * k, 0],
          [10 * k, 10 * k],
        ],
        margin: k,
        zones: [
          {
            shade: [1, 2, 3],
            outline: [
              [0, 0],
              [k, 0],
              [k, k],
            ],
          },
        ],
        grain: { field: [{ x: k, y: 2 * k, angle: 3 }] },
        locked: [{ piece: 'p', x: k, y: 2 * k, rotation: 90 }],
        cost: 5,
      },
    ],
  });
  expect(inMillimetres(mm)).toBe(mm);
  const pieces = [{ id: 'p', path: 'M 0 0 L 1 0 L 1 1 Z' }];
  expect(inMillimetres({ kerf: 1, unit: 'in', thickness: 0.1, pieces })).toMatchObject({ thickness: 2.54 });
});

describe('path data', () => {
  const data = 'M 0 0 L 30 0 Q 40 10 30 20 C 25 30 10 30 5 20 A 12 6 30 0 1 0 10 Z';
  it('written again is the same', () => {
    expect(formatPath(parsePath(data))).toBe(data);
  });

  it('moved, scaled and turned upside down follows its points', () => {
    const moved = formatPath(moveFigure(parsePath(data), { scale: 2, isFlipped: true, x: 7, y: 100 }));
    const [before, after] = [flattenPath(data, 0.01).points, flattenPath(moved, 0.02).points];
    expect(after).toHaveLength(before.length);
    for (const [k, [x, y]] of after.entries()) {
      expect(x).toBeCloseTo(2 * before[k]![0] + 7, 5);
      expect(y).toBeCloseTo(100 - 2 * before[k]![1], 5);
    }
    expect(pointsOf(Float64Array.from(after.flat()))[0]).toEqual([7, 100]);
  });
});
