import { expect, test } from 'vitest';
import { bridgeHoles } from '#geometry/bridge-holes.ts';
import { ringArea } from '#geometry/ring-area.ts';

const square = (x: number, y: number, side: number) =>
  Float64Array.from([x, y, x + side, y, x + side, y + side, x, y + side]);

test.each([
  ['one way', square(0, 0, 10)],
  ['the other way', Float64Array.from([0, 0, 0, 10, 10, 10, 10, 0])],
])('a ring round an outline and its holes has the area between them, walked %s', (_way, outline) => {
  const ring = bridgeHoles(outline, [square(2, 2, 3), Float64Array.from([7, 7, 7, 8, 8, 8, 8, 7])]);
  expect(Math.abs(ringArea(Float64Array.from(ring)))).toBe(100 - 9 - 1);
  // Each hole adds its corners, one of them twice, and the corner that its bridge leaves from.
  expect(ring).toHaveLength(2 * (4 + 2 * (4 + 2)));
});

test('bridges by the shortest way, to another hole where that is nearer', () => {
  const ring = bridgeHoles(square(0, 0, 100), [square(10, 10, 5), square(16, 16, 5)]);
  const places = Array.from({ length: ring.length / 2 }, (_, i) => `${ring[2 * i]},${ring[2 * i + 1]}`);
  expect(places[places.indexOf('15,15') + 1]).toBe('16,16');
});

test('without holes it is the outline', () => {
  expect(bridgeHoles(square(0, 0, 4), [])).toEqual([...square(0, 0, 4)]);
});
