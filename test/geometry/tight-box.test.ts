import { describe, expect, test } from 'vitest';
import { tightBox } from '../../src/geometry/tight-box.ts';

const turned = (points: readonly (readonly [number, number])[], degrees: number) => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return Float64Array.from(points.flatMap(([x, y]) => [c * x - s * y + 1e4, s * x + c * y - 1e4]));
};

describe('the smallest box round points', () => {
  test.each([0, 1, 30, 45, 89.5, 200])('is the same turned by %s degrees', (degrees) => {
    const box = tightBox(
      turned(
        [
          [0, 0],
          [50, 2],
          [120, 0],
          [120, 30],
          [60, 12],
          [0, 30],
        ],
        degrees,
      ),
    );
    expect(box.length).toBeCloseTo(120, 6);
    expect(box.width).toBeCloseTo(30, 6);
  });

  test('has no width round a line, and no sides round a point or nothing', () => {
    const line = tightBox(Float64Array.of(0, 0, 30, 40, 15, 20));
    expect(line.length).toBeCloseTo(50, 9);
    expect(line.width).toBeCloseTo(0, 9);
    expect(tightBox(Float64Array.of(7, 7))).toEqual({ length: 0, width: 0 });
    expect(tightBox(new Float64Array())).toEqual({ length: 0, width: 0 });
  });
});
