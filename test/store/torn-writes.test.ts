import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '#domain/seeded-random.ts';
import { openDatabase } from '#store/database.node.ts';
import { temporaryDir } from '../station/small-station.ts';

const STEPS = 40;

/** A journal as the power may leave it: cut off anywhere, or with its last block half old. */
test('a journal torn anywhere opens sound, with whole steps only and none behind the tear', async () => {
  await using dir = await temporaryDir();
  const whole = join(dir.path, 'whole');
  const database = openDatabase(whole);
  // So that the journal holds all of it.
  for (let n = 1; n <= STEPS; n += 1) database.setMeta({ a: String(n), b: String(n), filler: 'x'.repeat(37 * n) });
  const torn = join(dir.path, 'torn');
  await mkdir(torn);
  await copyFile(join(whole, 'kerf.sqlite'), join(torn, 'before.sqlite'));
  const journal = await readFile(join(whole, 'kerf.sqlite-wal'));
  database.close();
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: journal.length }), fc.integer(), async (length, seed) => {
      const random = seededRandom(seed);
      const bytes = Buffer.from(journal.subarray(0, length));
      // Half of them also with noise in the last 512 bytes: a sector that was being written.
      if (seed % 2 === 0) for (let k = Math.max(0, length - 512); k < length; k += 1) bytes[k] = 256 * random();
      await copyFile(join(torn, 'before.sqlite'), join(torn, 'kerf.sqlite'));
      await writeFile(join(torn, 'kerf.sqlite-wal'), bytes);
      const opened = openDatabase(torn);
      try {
        expect(opened.check()).toBe('ok');
        const meta = opened.meta();
        expect(meta['a']).toBe(meta['b']);
        expect(meta['filler']?.length ?? 0).toBe(37 * Number(meta['a'] ?? 0));
        seen.add(meta['a'] ?? '0');
      } finally {
        opened.close();
      }
    }),
    { numRuns: 100 },
  );
  // Tears between many steps, not only at the ends.
  expect(seen.size).toBeGreaterThan(10);
  expect((await stat(join(whole, 'kerf.sqlite'))).size).toBeGreaterThan(0);
});
