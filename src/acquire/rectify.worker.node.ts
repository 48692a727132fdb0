import { parentPort } from 'node:worker_threads';
import { assertNever } from '#domain/kerf-error.ts';
import { TileBlend } from './blend-tile.ts';
import { countMirrored, detectMarkers } from './detect-markers.node.ts';
import { flattenPixels } from './flat-field.ts';
import { seeBoards } from './see-boards.node.ts';
import { PATCH_PX, patchShift, type Shift } from './patch-shift.ts';
import type { PlaneSource, RectifyAnswer, RectifyJob, SeamPair } from './rectify-jobs.ts';
import { samplePlane, sourceBox, type PixelBox } from './sample-plane.ts';
import { sharp } from './sharp-limits.node.ts';
import { TiledTiffWriter } from './tiled-tiff.node.ts';

function answer(message: RectifyAnswer): void {
  parentPort?.postMessage(message);
}

type StraightenJob = Extract<RectifyJob, { kind: 'straighten' }>;

async function straighten(job: StraightenJob): Promise<void> {
  const columns = Math.ceil(job.outWidthPx / job.tilePx);
  const rows = Math.ceil(job.outHeightPx / job.tilePx);
  const tile = new Uint8Array(job.tilePx * job.tilePx * 3);
  const blend = job.sources.length > 1 ? new TileBlend(job.tilePx) : null;
  let unseen = 0;
  await using writer = await TiledTiffWriter.create(job.out, job.outWidthPx, job.outHeightPx, job.tilePx);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const box: PixelBox = {
        leftPx: column * job.tilePx,
        topPx: row * job.tilePx,
        widthPx: Math.min(job.tilePx, job.outWidthPx - column * job.tilePx),
        heightPx: Math.min(job.tilePx, job.outHeightPx - row * job.tilePx),
      };
      unseen += blend === null ? await sampleOne(job, box, tile) : await sampleAll(job, box, tile, blend);
      await writer.writeTile(column, row, tile);
    }
    answer({ kind: 'progress', done: row + 1, total: rows });
  }
  answer({ kind: 'straightened', unseenShare: unseen / (job.outWidthPx * job.outHeightPx) });
}

async function sampleOne(job: StraightenJob, box: PixelBox, tile: Uint8Array): Promise<number> {
  const source = job.sources[0]!;
  return samplePlane(source, box, job.tilePx, await readFor(source, box), job.samples, tile);
}

async function sampleAll(job: StraightenJob, box: PixelBox, tile: Uint8Array, blend: TileBlend): Promise<number> {
  const { tilePx } = job;
  blend.clear();
  const weights = new Float32Array(tilePx * tilePx);
  for (const source of job.sources) {
    const read = await readFor(source, box);
    if (read === null) continue;
    const { widthPx, heightPx } = source;
    const cover = { weights, widthPx, heightPx };
    samplePlane(source, box, tilePx, read, job.samples, tile, cover);
    blend.add(tile, cover);
  }
  return blend.finish(tile, tilePx, box);
}

/** The pixels of a source that a box of the straightened picture needs, evened; null: it shows nothing of it. */
async function readFor(source: PlaneSource, out: PixelBox): Promise<{ box: PixelBox; rgb: Uint8Array } | null> {
  const box = sourceBox(source, out, source);
  if (box === null) return null;
  const rgb = await sharp(source.image, { limitInputPixels: false })
    .extract({ left: box.leftPx, top: box.topPx, width: box.widthPx, height: box.heightPx })
    .raw()
    .toBuffer();
  if (source.flat !== null) flattenPixels(source.flat, source, box, rgb);
  return { box, rgb };
}

async function seams({ sources, pairs, reach }: Extract<RectifyJob, { kind: 'seams' }>): Promise<void> {
  const shifts: Shift[][] = [];
  for (const [done, { a, b, places, enoughCount = places.length }] of pairs.entries()) {
    const patches = await greyPatches(sources[a]!, places, PATCH_PX);
    const wider = await greyPatches(sources[b]!, places, PATCH_PX + 2 * reach);
    const own: Shift[] = [];
    for (let i = 0; i < places.length && own.length < enoughCount; i += 1) {
      const [patch, around] = [patches[i], wider[i]];
      const shift = patch && around ? patchShift(patch, around, reach) : null;
      if (shift !== null) own.push(shift);
    }
    shifts.push(own);
    answer({ kind: 'progress', done: done + 1, total: pairs.length });
  }
  answer({ kind: 'measured', shifts });
}

/** What is read of a picture at once for its places: most formats are decoded anew, from the top, for each reading. */
const MOST_READ_PX = 16e6;

/** Brightness of squares about places of the straightened picture; null where the source does not show all of one. */
async function greyPatches(
  source: PlaneSource,
  places: SeamPair['places'],
  sidePx: number,
): Promise<(Float64Array | null)[]> {
  const boxes = places.map(([u, v]): PixelBox => ({
    leftPx: Math.round(u) - sidePx / 2,
    topPx: Math.round(v) - sidePx / 2,
    widthPx: sidePx,
    heightPx: sidePx,
  }));
  const all = boxRound(boxes);
  const read = all.widthPx * all.heightPx <= MOST_READ_PX ? await readFor(source, all) : undefined;
  const patches: (Float64Array | null)[] = [];
  for (const box of boxes) {
    const rgb = new Uint8Array(3 * sidePx * sidePx);
    const from = read === undefined ? await readFor(source, box) : read;
    const unseen = samplePlane(source, box, sidePx, from, 1, rgb);
    patches.push(unseen > 0 ? null : greyOf(rgb));
  }
  return patches;
}

function boxRound(boxes: readonly PixelBox[]): PixelBox {
  const leftPx = Math.min(...boxes.map((box) => box.leftPx));
  const topPx = Math.min(...boxes.map((box) => box.topPx));
  const right = Math.max(...boxes.map((box) => box.leftPx + box.widthPx));
  const bottom = Math.max(...boxes.map((box) => box.topPx + box.heightPx));
  return { leftPx, topPx, widthPx: right - leftPx, heightPx: bottom - topPx };
}

function greyOf(rgb: Uint8Array): Float64Array {
  const grey = new Float64Array(rgb.length / 3);
  for (let i = 0, at = 0; i < grey.length; i += 1, at += 3)
    grey[i] = 0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!;
  return grey;
}

/** Fewer than this are chance finds in a mirrored picture. */
const FEW = 4;

async function detect({ image, widthPx, heightPx }: Extract<RectifyJob, { kind: 'detect' }>): Promise<void> {
  const markers = await detectMarkers(image, widthPx, heightPx);
  const mirroredCount = markers.length < FEW ? await countMirrored(image, widthPx, heightPx) : 0;
  answer({ kind: 'seen', markers, mirroredCount });
}

async function main(job: RectifyJob): Promise<void> {
  switch (job.kind) {
    case 'detect':
      return detect(job);
    case 'straighten':
      return straighten(job);
    case 'seams':
      return seams(job);
    case 'calibrate':
      return answer({
        kind: 'calibrated',
        ...(await seeBoards(job, (done, total) => answer({ kind: 'progress', done, total }))),
      });
    default:
      return assertNever(job);
  }
}

async function work(job: RectifyJob): Promise<void> {
  try {
    await main(job);
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    answer({ kind: 'failed', message: error.message, code });
  }
}

parentPort?.on('message', (job: RectifyJob) => void work(job));
