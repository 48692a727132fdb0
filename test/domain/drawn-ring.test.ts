import { expect, test } from 'vitest';
import { drawnRing, ring } from '#domain/shapes.ts';
import { openApi } from '#station/open-api.ts';

test('a ring checked by one loop is refused and taken as one checked by its schema', () => {
  const values: readonly unknown[] = [
    [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
    [
      [0, 0],
      [1, 0],
    ],
    [[0, 0], [1, 0], [1]],
    [
      [0, 0],
      [1, 0],
      [1, 1, 1],
    ],
    [
      [0, 0],
      [1, 0],
      [1, NaN],
    ],
    [
      [0, 0],
      [1, 0],
      [1, Infinity],
    ],
    [
      [0, 0],
      [1, 0],
      [1, '1'],
    ],
    [[0, 0], [1, 0], null],
    { length: 3 },
    null,
    undefined,
    [],
  ];
  for (const value of values)
    expect(drawnRing.safeParse(value).success, JSON.stringify(value)).toBe(ring.safeParse(value).success);
  expect(drawnRing.safeParse(values[0]).success).toBe(true);
});

test('the API tells it as a ring', () => {
  const text = JSON.stringify(openApi('1'));
  const layout = text.slice(text.indexOf('/jobs/{id}/layout'));
  const outline = layout.slice(layout.indexOf('"outline":'));
  expect(outline.slice(0, 60)).toContain('"type":"array"');
});
