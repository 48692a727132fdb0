import { parentPort, workerData } from 'node:worker_threads';
import { assertNever } from '#domain/kerf-error.ts';
import { detectMarkers } from './detect-markers.node.ts';
import { flattenPixels } from './flat-field.ts';
import { seeBoards } from './see-boards.node.ts';
import type { RectifyAnswer, RectifyJob } from './rectify-jobs.ts';
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
      const needed = sourceBox(job, box, job);
      const source = needed === null ? null : { box: needed, rgb: await readBox(job, needed) };
      unseen += samplePlane(job, box, job.tilePx, source, job.samples, tile);
      await writer.writeTile(column, row, tile);
    }
    answer({ kind: 'progress', done: row + 1, total: rows });
  }
  answer({ kind: 'straightened', unseenShare: unseen / (job.outWidthPx * job.outHeightPx) });
}

async function readBox(job: StraightenJob, box: PixelBox): Promise<Uint8Array> {
  const rgb = await sharp(job.image, { limitInputPixels: false })
    .extract({ left: box.leftPx, top: box.topPx, width: box.widthPx, height: box.heightPx })
    .raw()
    .toBuffer();
  if (job.flat !== null) flattenPixels(job.flat, job, box, rgb);
  return rgb;
}

async function main(job: RectifyJob): Promise<void> {
  switch (job.kind) {
    case 'detect':
      return answer({ kind: 'seen', markers: await detectMarkers(job.image, job.widthPx, job.heightPx) });
    case 'straighten':
      return straighten(job);
    case 'calibrate':
      return answer({
        kind: 'calibrated',
        ...(await seeBoards(job, (done, total) => answer({ kind: 'progress', done, total }))),
      });
    default:
      return assertNever(job);
  }
}

try {
  await main(workerData as RectifyJob);
} catch (cause) {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  answer({ kind: 'failed', message: error.message, code });
}
