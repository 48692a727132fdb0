import { Worker } from 'node:worker_threads';
import { assertNever, KerfError } from '#domain/kerf-error.ts';
import type { OnProgress } from '#domain/ports.ts';
import type { Shift } from './patch-shift.ts';
import type { RectifyAnswer, RectifyJob } from './rectify-jobs.ts';
import type { SeenMarker } from '#geometry/marker-places.ts';

export interface RectifyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Finds the table's markers in a picture file. @throws KerfError ACQUIRE_PICTURE_MIRRORED */
export async function seeMarkers(
  job: Omit<Extract<RectifyJob, { kind: 'detect' }>, 'kind'>,
  options: RectifyOptions,
): Promise<readonly SeenMarker[]> {
  const answer = await ask({ kind: 'detect', ...job }, options);
  if (answer.kind !== 'seen') throw new Error(`unexpected answer ${answer.kind}`);
  if (answer.mirroredCount > answer.markers.length)
    throw new KerfError(
      'ACQUIRE_PICTURE_MIRRORED',
      `The picture is seen as in a mirror: ${answer.mirroredCount} markers are found when it is turned over, ${answer.markers.length} as it is. Turn mirroring off in the camera's settings; a mirrored hide would be cut mirrored.`,
      { details: { mirroredCount: answer.mirroredCount, seenCount: answer.markers.length } },
    );
  return answer.markers;
}

/** Writes the straightened picture; gives the share of it that the camera did not see. */
export async function straightenPicture(
  job: Omit<Extract<RectifyJob, { kind: 'straighten' }>, 'kind'>,
  options: RectifyOptions,
): Promise<number> {
  const answer = await ask({ kind: 'straighten', ...job }, options);
  if (answer.kind !== 'straightened') throw new Error(`unexpected answer ${answer.kind}`);
  return answer.unseenShare;
}

/** How far pairs of pictures lie apart at places of their overlap, pixels of the straightened one, pair by pair. */
export async function measureSeams(
  job: Omit<Extract<RectifyJob, { kind: 'seams' }>, 'kind'>,
  options: RectifyOptions,
): Promise<readonly (readonly Shift[])[]> {
  const answer = await ask({ kind: 'seams', ...job }, options);
  if (answer.kind !== 'measured') throw new Error(`unexpected answer ${answer.kind}`);
  return answer.shifts;
}

/** Finds the board in pictures of it and fits the lens. */
export async function calibrateLens(
  job: Omit<Extract<RectifyJob, { kind: 'calibrate' }>, 'kind'>,
  options: RectifyOptions,
): Promise<Omit<Extract<RectifyAnswer, { kind: 'calibrated' }>, 'kind'>> {
  const answer = await ask({ kind: 'calibrate', ...job }, options);
  if (answer.kind !== 'calibrated') throw new Error(`unexpected answer ${answer.kind}`);
  return answer;
}

/** A worker that has loaded OpenCV, which takes a second, waits so long for the next question. */
const IDLE_MS = 5000;

/** OpenCV's memory only grows: after larger pictures it goes with the worker. A worker that waits holds 110 MB, and 130 more
 *  after a picture of noise of this size. */
const LARGEST_KEPT_PX = 16e6;

let idle: { readonly worker: Worker; readonly timer: NodeJS.Timeout } | null = null;

function takeWorker(): Worker {
  if (idle === null) return new Worker(new URL('./rectify.worker.node.ts', import.meta.url));
  const { worker, timer } = idle;
  idle = null;
  clearTimeout(timer);
  stopListening(worker);
  worker.ref();
  return worker;
}

async function giveWorker(worker: Worker, job: RectifyJob): Promise<void> {
  stopListening(worker);
  if (idle !== null || largestPx(job) > LARGEST_KEPT_PX) {
    await worker.terminate();
    return;
  }
  const forget = (): void => {
    if (idle?.worker === worker) idle = null;
  };
  worker.once('error', forget).once('exit', forget);
  worker.unref();
  const timer = setTimeout(() => {
    forget();
    void worker.terminate();
  }, IDLE_MS).unref();
  idle = { worker, timer };
}

/** By name: without one, Node takes away its own listeners too and no message comes any more. */
function stopListening(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
}

function largestPx(job: RectifyJob): number {
  const pictures = job.kind === 'detect' ? [job] : job.kind === 'calibrate' ? job.pictures : job.sources;
  return Math.max(0, ...pictures.map(({ widthPx, heightPx }) => widthPx * heightPx));
}

/** One question at a time a worker. An abort ends it at once, and so does a failure: what it left in OpenCV is unknown. */
async function ask(job: RectifyJob, { signal, onProgress }: RectifyOptions): Promise<RectifyAnswer> {
  signal?.throwIfAborted();
  const worker = takeWorker();
  const abort = new AbortController();
  let isSound = false;
  try {
    const answered = await new Promise<RectifyAnswer>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { signal: abort.signal });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the rectifying worker ended with code ${code}`)));
      worker.on('message', (answer: RectifyAnswer) => {
        switch (answer.kind) {
          case 'progress':
            onProgress?.({ what: job.kind, done: answer.done, total: answer.total });
            return;
          case 'failed':
            reject(Object.assign(new Error(answer.message), { code: answer.code }));
            return;
          case 'seen':
          case 'straightened':
          case 'measured':
          case 'calibrated':
            resolve(answer);
            return;
          default:
            assertNever(answer);
        }
      });
      worker.postMessage(job);
    });
    isSound = true;
    return answered;
  } catch (cause) {
    if (signal?.aborted === true || cause instanceof KerfError) throw cause;
    const said = cause instanceof Error ? cause : new Error(String(cause));
    if ('code' in said && said.code === 'ENOSPC') throw said;
    throw new KerfError(
      'ACQUIRE_RECTIFY_FAILED',
      `The picture could not be worked on (${job.kind}): ${said.message}. Scan again; if it stays, send this message with the picture.`,
      { fault: 'device', cause },
    );
  } finally {
    abort.abort();
    if (isSound) await giveWorker(worker, job);
    else await worker.terminate();
  }
}
