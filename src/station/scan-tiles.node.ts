import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SCAN_TILE_PX, pyramidLevels } from '#api/scan-pyramid.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { scanSchema } from '#domain/scan.ts';

const JPEG_QUALITY = 82;

/** A scan as a pyramid of JPEG tiles, for windows that zoom. Made by `sharp` in one pass when the first tile of a scan
 *  is asked for, kept in a folder of its own; it can be made again from the scan at any time. */
export class ScanTiles {
  readonly #making = new Map<string, Promise<void>>();
  readonly #make: typeof makeTiles;

  /** @param make where the pyramid is made; default: here */
  constructor(make: typeof makeTiles = makeTiles) {
    this.#make = make;
  }

  /** One tile. Level 0 is the scan's full size, each next one half of it; columns and rows count from the upper left.
   *  @param image the scan's picture
   *  @param folder where its tiles are kept
   *  @throws KerfError STATION_NOTHING_HERE when the scan has no such tile */
  async tile(image: string, folder: string, place: TilePlace): Promise<Uint8Array> {
    const { level, column, row } = place;
    try {
      await this.#made(image, folder);
      return await readFile(join(folder, String(level), `${column}_${row}.jpeg`));
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
      throw new KerfError('STATION_NOTHING_HERE', `The scan has no tile ${level}/${column}/${row}.`, {
        details: { level, column, row },
        cause,
      });
    }
  }

  /** The same of a job's folder. @throws KerfError STATION_NOTHING_HERE also when the job has no scan (yet) */
  async tileOfJob(jobDir: string, place: TilePlace): Promise<Uint8Array> {
    return this.tile(join(jobDir, 'scan', await imageName(jobDir)), join(jobDir, 'tiles'), place);
  }

  #made(image: string, folder: string): Promise<void> {
    const known = this.#making.get(folder);
    if (known) return known;
    const making = isThere(folder)
      .then((there) => (there ? undefined : this.#make(image, folder)))
      .finally(() => this.#making.delete(folder));
    this.#making.set(folder, making);
    return making;
  }
}

export interface TilePlace {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

async function imageName(jobDir: string): Promise<string> {
  const path = join(jobDir, 'scan', 'scan.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw isMissing(cause)
      ? new KerfError('STATION_NOTHING_HERE', 'The job has no scan yet.', { details: {}, cause })
      : cause;
  });
  return parseDocument(scanSchema, parseJson(text, path), { name: 'scan', where: path }).image;
}

/** Written beside its place and renamed, so that a pyramid is whole or not there. */
export async function makeTiles(image: string, folder: string): Promise<void> {
  const parent = join(folder, '..');
  await mkdir(parent, { recursive: true });
  const scratch = await mkdtemp(join(parent, 'tiles-'));
  try {
    // Loaded with the first scan: a station that waits for one does not hold it.
    const { default: sharp } = await import('sharp');
    const picture = sharp(image, { limitInputPixels: false });
    const { width, height } = await picture.metadata();
    await picture
      .jpeg({ quality: JPEG_QUALITY })
      .tile({ size: SCAN_TILE_PX, overlap: 0, depth: 'onetile', layout: 'dz', container: 'fs' })
      .toFile(join(scratch, 'scan.dz'));
    // The format counts its levels from the smallest; ours count halvings of the scan.
    const levels = pyramidLevels(width, height);
    const named = join(scratch, 'tiles');
    await mkdir(named);
    for (let level = 0; level < levels; level += 1)
      await rename(join(scratch, 'scan_files', String(levels - 1 - level)), join(named, String(level)));
    await rename(named, folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
