import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openScan, type OpenedScan } from '#acquire/open-scan.node.ts';
import { acquireScan } from '#acquire/read-scan.node.ts';
import type { OnProgress } from '#domain/ports.ts';
import type { TableMarkers } from '#domain/calibration.ts';
import { systemClock } from '#station/system-clock.node.ts';

export interface ScanOptions {
  readonly mmPerPx?: number | undefined;
  readonly calibration?: TableMarkers | undefined;
  /** The picture is all material. */
  readonly isWhole: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** Hands a scan to `work`: the folder that `kerf scan` wrote, or a picture, of which a scan is made in a temporary
 *  folder that is gone afterwards. `imagePath` is its tiled TIFF. */
export async function withScan<T>(
  source: string,
  options: ScanOptions,
  work: (scan: OpenedScan, imagePath: string) => Promise<T>,
): Promise<T> {
  if (existsSync(join(source, 'scan.json'))) {
    const opened = await openScan(source);
    return work(opened, join(source, opened.scan.image));
  }
  const folder = await mkdtemp(join(tmpdir(), 'kerf-scan-'));
  const outDir = join(folder, 'scan');
  try {
    const { mmPerPx, calibration, isWhole, signal, onProgress } = options;
    await acquireScan(source, {
      outDir,
      isWhole,
      clock: systemClock,
      signal,
      onProgress,
      ...(mmPerPx === undefined ? {} : { mmPerPx }),
      ...(calibration === undefined ? {} : { calibration }),
    });
    const opened = await openScan(outDir);
    return await work(opened, join(outDir, opened.scan.image));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
