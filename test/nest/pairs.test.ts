import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { reportPairs } from '#nest/pairs.ts';
import { readProblem } from '#nest/read-problem.ts';
import { box, piece, problem, sheet } from './nest-cases.ts';

const COUNT = 300;
/** A sample every 50, their angles a slanting wave. */
const field = Array.from({ length: 1600 }, (_, k) => {
  const [x, y] = [(k % 40) * 50, Math.floor(k / 40) * 50];
  return { x, y, angle: (x + 2 * y) / 20 };
});
const hide = sheet({ outline: box(0, 0, 2000, 2000), grain: { field } });
const left = piece('left', box(0, 0, 20, 10), { quantity: COUNT });
const read = readProblem(problem([hide], [left, { id: 'right', mirror: { pairOf: 'left' } }], { objective: 'value' }));

it('matches what lies nearest, and holds the grain of those pairs alone against each other', () => {
  const at = (x: number, y: number, rotation: number) => ({ x, y, rotation, mirrored: false });
  const placements = [
    { piece: 0, ...at(90, 95, 0) },
    { piece: 0, ...at(490, 95, 0) },
    // Its middle is at (500, 200), 100 from that of the second.
    { piece: 1, ...at(510, 195, 0) },
    { piece: 1, ...at(210, 95, 0) },
  ];
  expect(reportPairs(read, [{ material: 0, placements }])).toEqual([
    // Grain 15 and 20, and 35 and 45 degrees, at the middles; a left and its right agree where these add up to 0.
    {
      left: 0,
      right: 1,
      pairs: 2,
      torn: 0,
      meanDistance: 100,
      farthest: 100,
      grainOff: expect.closeTo(57.5, 9) as number,
    },
  ]);
});

it('takes no time for hundreds of pairs on a measured grain', () => {
  const placements = Array.from({ length: 2 * COUNT }, (_, k) => ({
    piece: k % 2,
    x: (k * 37) % 1980,
    y: (k * 91) % 1980,
    rotation: 0,
    mirrored: false,
  }));
  const begun = performance.now();
  expect(reportPairs(read, [{ material: 0, placements }])).toMatchObject([{ pairs: COUNT, torn: 0 }]);
  // Some .1 s on a quiet machine; with the samples sorted for every left and right it is a minute.
  expect(performance.now() - begun).toBeLessThan(3000);
});
