import { expect, test } from 'vitest';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Ring } from '#domain/ring.ts';
import { uniformToMm } from '#domain/scan.ts';
import { openRooms } from '#station/open-rooms.node.ts';

const OUTLINE: Ring = [
  [100, 100],
  [900, 140],
  [700, 640],
  [160, 600],
];
const LOOK = {
  outline: OUTLINE,
  holes: [],
  scan: { sha256: '0'.repeat(64), widthPx: 1000, heightPx: 800, toMm: uniformToMm(1, 800) },
};
const threads = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;

test('the rooms’ thread ends when nobody asks anything, and begins again with the next question', async () => {
  const before = threads();
  await using rooms = openRooms(
    { packDir: 'none', provider: 'cpu', grading: LEATHER_GRADING, mmPerPx: 1 },
    { idleMs: 300 },
  );
  const ask = () => rooms.alignSheet({ before: LOOK, cuts: [], after: LOOK });
  expect(await ask()).toMatchObject({ share: 1 });
  expect(threads()).toBeGreaterThan(before);
  await expect.poll(threads, { timeout: 10_000 }).toBe(before);
  // Asked of the next thread while the one before may still be ending.
  expect(await Promise.all([ask(), ask()])).toMatchObject([{ share: 1 }, { share: 1 }]);
  expect(threads()).toBeGreaterThan(before);
});
