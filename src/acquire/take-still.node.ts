import { KerfError } from '#domain/kerf-error.ts';
import { cameraLost } from './child-camera.node.ts';
import type { Camera, CameraFrame } from './camera.ts';
import { HEALTH_LIMITS } from './camera-health.ts';
import { lookAtFrame, type RgbPicture } from './frame-look.ts';

/** Side of the blocks by which motion is seen: so many across and down. */
const BLOCKS = 24;

/** Change of a block's brightness (0 to 255) between two pictures that is motion: lamps flicker by a level or two. */
const MOST_CHANGE = 6;

/** Pictures that must follow each other without motion, and those that are waited for: some 12 s. */
const CALM_COUNT = 3;
const MOST_FRAMES = 60;

/** A camera's pictures come this far apart. */
const PERIOD_MS = 200;

/** A camera that gives nothing for so long is lost. */
const SILENT_MS = 15_000;

/** Takes the picture that is scanned. Of a live camera the last of three in a row in which nothing moves, so that neither
 *  an arm nor the light's settling is in it; of a file or folder the picture itself. The same bytes again are no picture: a
 *  slow camera's are repeated on their way, and a camera that stands still is calm for ever. Decides by the pictures alone:
 *  a recording gives the same still again.
 *  @throws KerfError ACQUIRE_CAMERA_LOST, ACQUIRE_CAMERA_UNSTEADY, ACQUIRE_CAMERA_FROZEN, ACQUIRE_CAMERA_DARK, and those of
 *  the source */
export async function takeStill(camera: Camera, signal?: AbortSignal): Promise<CameraFrame> {
  camera.start();
  let before: Float64Array | null = null;
  let calmCount = 0;
  let seen: Uint8Array | null = null;
  let seenCount = 0;
  const mostFrames = MOST_FRAMES + repeatedCount(camera);
  for (let count = 0; count < mostFrames; count += 1) {
    const frame = await nextWithin(camera, signal);
    if (frame === null) throw notTaken(camera, count, seenCount);
    const { pixels, widthPx, heightPx } = frame;
    if (pixels.kind === 'file') return frame;
    if (seen !== null && Buffer.compare(seen, pixels.rgb) === 0) continue;
    seen = pixels.rgb;
    seenCount += 1;
    const picture = { widthPx, heightPx, rgb: pixels.rgb };
    const blocks = blockMeans(picture);
    calmCount = before !== null && mostChange(before, blocks) <= MOST_CHANGE ? calmCount + 1 : 1;
    before = blocks;
    if (calmCount < CALM_COUNT) continue;
    if (lookAtFrame(picture).bright < HEALTH_LIMITS.leastBright) throw dark(camera);
    return frame;
  }
  throw notTaken(camera, mostFrames, seenCount);
}

/** Pictures that may be the same again before there are enough others: of a stream that repeats them between its key frames. */
function repeatedCount({ frozenMs = HEALTH_LIMITS.frozenMs }: Camera): number {
  return Math.ceil((CALM_COUNT * (frozenMs - HEALTH_LIMITS.frozenMs)) / PERIOD_MS);
}

function notTaken(camera: Camera, count: number, seenCount: number): KerfError {
  return count >= CALM_COUNT && seenCount < CALM_COUNT ? frozen(camera, count, seenCount) : unsteady(camera, seenCount);
}

/** A picture, or the error of a camera that has none. A folder is waited for without end, as its own signal says. */
async function nextWithin(camera: Camera, signal: AbortSignal | undefined): Promise<CameraFrame | null> {
  if (camera.kind !== 'live') return camera.next({ signal });
  const isFirst = camera.health().frameCount === 0;
  const silent = AbortSignal.timeout(isFirst ? (camera.firstWaitMs ?? SILENT_MS) : SILENT_MS);
  try {
    return await camera.next({ signal: AbortSignal.any([silent, ...(signal ? [signal] : [])]) });
  } catch (cause) {
    if (silent.aborted && signal?.aborted !== true) throw cameraLost(camera.name, camera.health());
    throw cause;
  }
}

/** Mean brightness of each block, of every few pixels. */
function blockMeans({ widthPx, heightPx, rgb }: RgbPicture): Float64Array {
  const sums = new Float64Array(BLOCKS * BLOCKS);
  const counts = new Float64Array(BLOCKS * BLOCKS);
  const step = Math.max(1, Math.floor(Math.min(widthPx, heightPx) / 240));
  for (let v = 0; v < heightPx; v += step) {
    const row = BLOCKS * Math.floor((v * BLOCKS) / heightPx);
    for (let u = 0; u < widthPx; u += step) {
      const block = row + Math.floor((u * BLOCKS) / widthPx);
      const at = 3 * (v * widthPx + u);
      sums[block]! += 0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!;
      counts[block]! += 1;
    }
  }
  return sums.map((sum, i) => sum / Math.max(1, counts[i]!));
}

function mostChange(before: Float64Array, now: Float64Array): number {
  return before.reduce((most, level, i) => Math.max(most, Math.abs(level - now[i]!)), 0);
}

function frozen({ name }: Camera, frameCount: number, seenCount: number): KerfError {
  return new KerfError(
    'ACQUIRE_CAMERA_FROZEN',
    `${name}: found ${seenCount} different of ${frameCount} pictures, the rest the same byte for byte; expected ${CALM_COUNT}. What it shows may be long past: turn the camera off and on, then scan again.`,
    { fault: 'device', details: { source: name, frameCount, seenCount } },
  );
}

function dark({ name }: Camera): KerfError {
  return new KerfError(
    'ACQUIRE_CAMERA_DARK',
    `${name}: hardly any light reaches the camera; expected a twentieth of the picture at ${HEALTH_LIMITS.leastBright} of 255 or brighter. Switch the lamps on, take the cap off, look at exposure and iris, then scan again.`,
    { fault: 'device', details: { source: name } },
  );
}

function unsteady({ name }: Camera, frameCount: number): KerfError {
  return new KerfError(
    'ACQUIRE_CAMERA_UNSTEADY',
    `${name}: something moved or the light changed in ${frameCount} pictures in a row, expected ${CALM_COUNT} calm ones. Step back from the table, look at the lamps, then scan again.`,
    { fault: 'device', details: { source: name, frameCount } },
  );
}
