import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { BenchOptions } from './bench-section.ts';
import { median, type FigureTable } from './figures.ts';
import { measureKerf } from './measured-process.ts';

const SIZES = [
  { name: '36 megapixels, JPEG', side: 6000, format: 'jpg' },
  { name: '100 megapixels, JPEG', side: 10_000, format: 'jpg' },
  { name: '100 megapixels, PNG', side: 10_000, format: 'png' },
] as const;

/** Seconds and peak memory of `kerf scan` on large noise pictures, process start and all. */
export async function bench({ root, isQuick, signal, note }: BenchOptions): Promise<readonly FigureTable[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kerf-bench-'));
  const rows: string[][] = [];
  try {
    for (const { name, side, format } of SIZES) {
      const picture = join(folder, `noise-${side}.${format}`);
      note(`acquire: ${name}`);
      await drawNoise(picture, side);
      const runs = [];
      for (let k = 0; k < (isQuick ? 1 : 3); k += 1) {
        const ran = await measureKerf(
          root,
          ['scan', picture, '--mm-per-px', '0.25', '--out', join(folder, 'scan'), '--quiet'],
          signal,
        );
        if (ran.code !== 0) throw new Error(`kerf scan ended with ${ran.code}: ${ran.stderr}`);
        runs.push(ran);
      }
      const peak = Math.max(...runs.map((r) => r.peakMb ?? 0));
      rows.push([
        name,
        `${((await stat(picture)).size / 1e6).toFixed(0)} MB`,
        median(runs.map((r) => r.seconds)).toFixed(1),
        String(peak),
        '700',
      ]);
      await rm(picture);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return [
    {
      title: 'A picture becomes a scan',
      about:
        '`kerf scan` as a process of its own on noise, start and all; median seconds of three runs, worst peak of the whole process tree.',
      columns: ['picture', 'file', 'seconds', 'peak MB', 'limit MB'],
      rows,
    },
  ];
}

/** Noise is what compresses worst: the file is as large as such a picture gets. */
async function drawNoise(path: string, side: number): Promise<void> {
  const noise = sharp({
    create: {
      width: side,
      height: side,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 20 },
    },
    limitInputPixels: false,
  });
  await (path.endsWith('png') ? noise.png({ compressionLevel: 1 }) : noise.jpeg({ quality: 90 })).toFile(path);
}
