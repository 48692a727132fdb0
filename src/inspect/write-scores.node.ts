import { mkdir, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ModelCard } from '#domain/model-card.ts';
import type { TilePlan } from './plan-tiles.ts';
import { scoreNames } from './score-names.ts';
import type { TileScores } from './segmenter.ts';

/** Writes `--scores DIR`: defect.png (P of any defect), one PNG a class (`scoreNames`), doubt.png, all 16-bit grey with 65535 = 1, and
 *  mask.png with the class index of the card; each of the size of the input. */
export interface ScoreWriter {
  /** For `inspectScan`'s onScores. */
  onTile(tile: TilePlan, scores: TileScores): Promise<void>;
  /** Turns what was spooled into the PNGs. Call once, after the last tile. */
  finish(): Promise<void>;
  /** Removes the spool; safe to call twice. */
  close(): Promise<void>;
}

export interface ScoreWriterOptions {
  readonly dir: string;
  readonly classes: ModelCard['classes'];
  /** Size of the working picture, and of the input to which the PNGs are brought. */
  readonly working: { readonly widthPx: number; readonly heightPx: number };
  readonly input: { readonly widthPx: number; readonly heightPx: number };
}

const SPOOL = 'scores.raw.tmp';

/** Tiles are spooled to a raw file plane by plane: one plane at a time is held in memory, whatever the picture's size. */
export async function openScoreWriter(options: ScoreWriterOptions): Promise<ScoreWriter> {
  await mkdir(options.dir, { recursive: true });
  const path = join(options.dir, SPOOL);
  const file = await open(path, 'w+');
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await file.close();
    await rm(path, { force: true });
  };
  return {
    onTile: (tile, scores) => spoolTile(file, tile, scores, options),
    finish: () => writePictures(file, options),
    close,
  };
}

async function spoolTile(
  file: FileHandle,
  tile: TilePlan,
  answer: TileScores,
  options: ScoreWriterOptions,
): Promise<void> {
  const { widthPx, heightPx } = options.working;
  const classCount = options.classes.length;
  const plane = answer.widthPx * answer.heightPx;
  for (let c = 0; c <= classCount; c += 1) {
    const values = c < classCount ? answer.scores.subarray(c * plane, (c + 1) * plane) : answer.doubt;
    for (let y = 0; y < tile.heightPx; y += 1) {
      const row = values.slice(y * answer.widthPx, y * answer.widthPx + tile.widthPx);
      const at = (c * heightPx + tile.topPx + y) * widthPx + tile.leftPx;
      await file.write(new Uint8Array(row.buffer), 0, row.byteLength, at * 2);
    }
  }
}

async function writePictures(file: FileHandle, options: ScoreWriterOptions): Promise<void> {
  const { dir, classes, working } = options;
  const count = working.widthPx * working.heightPx;
  const best = new Uint16Array(count);
  const mask = new Uint8Array(count);
  const names = scoreNames(classes);
  for (let c = 0; c <= classes.length; c += 1) {
    const bytes = new Uint8Array(count * 2);
    await file.read(bytes, 0, bytes.length, c * count * 2);
    const values = new Uint16Array(bytes.buffer);
    if (c === classes.length) {
      await writeGrey16(values, join(dir, 'doubt.png'), options);
      continue;
    }
    for (let i = 0; i < count; i += 1)
      if (values[i]! > best[i]!) {
        best[i] = values[i]!;
        mask[i] = c;
      }
    await writeGrey16(values, join(dir, `${names[c]!}.png`), options);
    if (c === 0)
      await writeGrey16(
        values.map((v) => 65535 - v),
        join(dir, 'defect.png'),
        options,
      );
  }
  const { input } = options;
  await sharp(mask, { raw: { width: working.widthPx, height: working.heightPx, channels: 1 } })
    .resize(input.widthPx, input.heightPx, { fit: 'fill', kernel: 'nearest' })
    .toColourspace('b-w')
    .png()
    .toFile(join(dir, 'mask.png'));
}

async function writeGrey16(values: Uint16Array, path: string, { working, input }: ScoreWriterOptions): Promise<void> {
  await sharp(values, {
    raw: { width: working.widthPx, height: working.heightPx, channels: 1 },
    limitInputPixels: false,
  })
    .toColourspace('grey16')
    .resize(input.widthPx, input.heightPx, { fit: 'fill', kernel: 'linear' })
    .toColourspace('grey16')
    .png()
    .toFile(path);
}
