import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scan } from '#domain/scan.ts';
import { writingTo } from './disk-error.node.ts';

export const SCAN_FILE = 'scan.json';
export const SCAN_IMAGE = 'scan.tif';

/** Lets `make` fill a temporary folder with scan.tif and give the scan of it, then puts both in place in `outDir`. When
 *  anything fails nothing new is left; an older scan there stays until the new one is whole. scan.json comes last and its
 *  predecessor goes first: a reader never finds a scan.json beside another scan's picture.
 *  @throws KerfError ACQUIRE_DISK_FULL, ACQUIRE_CANNOT_WRITE, and what `make` throws */
export async function writeScanFolder(outDir: string, make: (temporaryDir: string) => Promise<Scan>): Promise<Scan> {
  return writingTo(outDir, async () => {
    const created = await mkdir(outDir, { recursive: true });
    let temporaryDir: string | undefined;
    try {
      temporaryDir = await mkdtemp(join(outDir, '.scan-'));
      const scan = await make(temporaryDir);
      await writeSynced(join(temporaryDir, SCAN_FILE), `${JSON.stringify(scan, null, 2)}\n`);
      await syncFile(join(temporaryDir, SCAN_IMAGE));
      await rm(join(outDir, SCAN_FILE), { force: true });
      await rename(join(temporaryDir, SCAN_IMAGE), join(outDir, SCAN_IMAGE));
      await rename(join(temporaryDir, SCAN_FILE), join(outDir, SCAN_FILE));
      await rm(temporaryDir, { recursive: true, force: true });
      return scan;
    } catch (cause) {
      if (temporaryDir !== undefined) await rm(temporaryDir, { recursive: true, force: true });
      // A folder that was there before is not ours to remove; one that is not empty stays by itself.
      if (created !== undefined) await rmdir(outDir).catch(() => undefined);
      throw cause;
    }
  });
}

/** sha256 of a file in lower-case hex, read in chunks. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
    signal?.throwIfAborted();
    hash.update(chunk as Uint8Array);
  }
  return hash.digest('hex');
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
