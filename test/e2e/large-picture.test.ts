import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { measureKerf } from '../../src/cli/bench/measured-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'kerf-large-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('makes a scan of 100 megapixels in less than 700 MB, the whole process tree counted', async () => {
  const picture = join(folder, 'large.jpg');
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const;
  // One patch over and over: a hundred million draws take twenty seconds.
  const input = await sharp({ create: { width: 1000, height: 1000, channels: 3, background: '#808080', noise } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  await sharp({
    create: { width: 10_000, height: 10_000, channels: 3, background: '#808080' },
    limitInputPixels: false,
  })
    .composite([{ input, tile: true }])
    .jpeg({ quality: 80 })
    .toFile(picture);
  const root = join(import.meta.dirname, '../..');
  const ran = await measureKerf(root, [
    'scan',
    picture,
    '--mm-per-px',
    '0.2',
    '--out',
    join(folder, 'scan'),
    '--json',
    '--quiet',
  ]);
  expect(ran.code, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({ widthPx: 10_000, heightPx: 10_000 });
  expect(ran.peakMb).not.toBeNull();
  expect(ran.peakMb!).toBeGreaterThan(50);
  expect(ran.peakMb!).toBeLessThan(700);
});
