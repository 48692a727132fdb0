import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { LayoutView } from '../../src/api/views.ts';
import type { Defect } from '../../src/domain/inspection.ts';
import type { Point, Ring } from '../../src/domain/ring.ts';
import { ScanTiles } from '../../src/station/scan-tiles.node.ts';
import { HIDE, TABLE, hash, hidePicture, inspectionOf } from '../ui/drawn-hide.ts';
import type { FakeHide } from '../ui/fake-core.ts';

/** What issue 7 measures the canvas with. */
export const HEAVY = { widthPx: 7040, heightPx: 5120, defectCount: 200, pieceCount: 500 } as const;

/** The drawn hide with a scan of 36 megapixels, 200 defects and 500 pieces. @param folder for the scan and its tiles */
export async function heavyHide(folder: string): Promise<FakeHide> {
  await mkdir(folder, { recursive: true });
  const image = join(folder, 'scan.tif');
  // One patch over and over: as many draws as pixels take seconds.
  const grain = await sharp({
    create: {
      width: HEAVY.widthPx / 5,
      height: HEAVY.heightPx / 5,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 14 },
    },
  })
    .png({ compressionLevel: 0 })
    .toBuffer();
  await sharp(await hidePicture())
    .resize(HEAVY.widthPx, HEAVY.heightPx, { fit: 'fill' })
    .composite([{ input: grain, tile: true, blend: 'overlay' }])
    .tiff({ tile: true, compression: 'none' })
    .toFile(image);
  const tiles = new ScanTiles();
  const defects = heavyDefects();
  return {
    defects,
    inspection: (of) => {
      const small = inspectionOf(of);
      const mmPerPx = TABLE.width / HEAVY.widthPx;
      const toMm = [mmPerPx, 0, 0, 0, -TABLE.height / HEAVY.heightPx, TABLE.height, 0, 0, 1] as const;
      return {
        ...small,
        scan: { ...small.scan, widthPx: HEAVY.widthPx, heightPx: HEAVY.heightPx, toMm: [...toMm] },
      };
    },
    search: (job) => [heavyLayout(job)],
    picture: (maxPx) => sharp(image).resize(maxPx, maxPx, { fit: 'inside' }).jpeg({ quality: 82 }).toBuffer(),
    tile: (place) => tiles.tile(image, join(folder, 'tiles'), place),
  };
}

/** A number in 0 to 1 that looks like chance and is the same in every run. */
function chance(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

function isOnHide([x, y]: Point): boolean {
  let is = false;
  for (let i = 0, j = HIDE.length - 1; i < HIDE.length; j = i, i += 1) {
    const [ax, ay] = HIDE[i]!;
    const [bx, by] = HIDE[j]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) is = !is;
  }
  return is;
}

function heavyDefects(): readonly Defect[] {
  const made: Defect[] = [];
  for (let seed = 1; made.length < HEAVY.defectCount; seed += 1) {
    const at: Point = [chance(seed) * TABLE.width, chance(seed + 0.5) * TABLE.height];
    if (!isOnHide(at)) continue;
    const r = 6 + 24 * chance(seed + 0.25);
    const outline = Array.from({ length: 36 }, (_, i): Point => {
      const a = (i / 36) * 2 * Math.PI;
      const wobble = r * (1 + 0.2 * Math.sin(3 * a + seed) + 0.1 * Math.sin(7 * a));
      return [at[0] + wobble * Math.cos(a), at[1] + wobble * 0.7 * Math.sin(a)];
    });
    made.push({
      id: `h${made.length + 1}`,
      class: ['scar', 'tick', 'stain', 'hole'][seed % 4]!,
      outline,
      holes: [],
      areaMm2: 2 * r * r,
      confidence: 0.9,
      doubt: made.length % 12 === 0 ? 0.5 : 0.1,
      quality: [2, 3, 1, 0][seed % 4]!,
      source: 'model',
      by: null,
      at: null,
    });
  }
  return made;
}

function heavyLayout(job: string): LayoutView {
  const pieces: LayoutView['pieces'][number][] = [];
  const step: Point = [74, 50];
  for (let y = 60; y < TABLE.height && pieces.length < HEAVY.pieceCount; y += step[1])
    for (let x = 60; x < TABLE.width && pieces.length < HEAVY.pieceCount; x += step[0]) {
      if (!isOnHide([x + 36, y + 24])) continue;
      const outline: Ring = Array.from({ length: 40 }, (_, i): Point => {
        const a = (i / 40) * 2 * Math.PI;
        const squared = Math.max(Math.abs(Math.cos(a)), Math.abs(Math.sin(a)));
        return [x + 35 + (34 * Math.cos(a)) / squared ** 0.8, y + 23 + (22 * Math.sin(a)) / squared ** 0.8];
      });
      pieces.push({
        placement: pieces.length,
        piece: pieces.length % 9,
        id: `p${pieces.length % 9}`,
        label: `P${pieces.length % 9}`,
        kit: ['Siena tote', 'Lido wallet', 'Nota holder'][pieces.length % 3]!,
        quality: 3,
        outline,
        holes: [],
        isLocked: false,
        x: 0,
        y: 0,
        rotation: 0,
        mirrored: false,
        turns: null,
      });
    }
  return {
    job,
    inspectionSha256: null,
    sha256: hash(`heavy ${pieces.length}`),
    isFinal: true,
    pieces,
    spacing: 2,
    margin: 3,
    pieceCount: pieces.length,
    kitCount: 0,
    bestLeftMm2: 800_000,
    cutLength: 120_000,
    unplaced: [],
    nestedYieldBp: 6400,
    value: 0.64,
    bound: 1,
    boundBy: 'area',
    seconds: 10,
    trace: [{ seconds: 1, nestedYieldBp: 6400 }],
  };
}
