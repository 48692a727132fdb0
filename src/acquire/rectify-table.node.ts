import { Worker } from 'node:worker_threads';
import { assertNever, KerfError } from '#domain/kerf-error.ts';
import type { OnProgress } from '#domain/ports.ts';
import type { RectifyAnswer, RectifyJob } from './rectify-jobs.ts';
import type { SeenMarker } from './table-pose.ts';

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

/** How far pairs of pictures lie apart where they overlap, pixels of the straightened one. */
export async function measureSeams(
  job: Omit<Extract<RectifyJob, { kind: 'seams' }>, 'kind'>,
  options: RectifyOptions,
): Promise<readonly number[]> {
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

/** One worker a question: OpenCV's memory goes with it, and an abort ends it at once. */
async function ask(job: RectifyJob, { signal, onProgress }: RectifyOptions): Promise<RectifyAnswer> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./rectify.worker.node.ts', import.meta.url), { workerData: job });
  const abort = new AbortController();
  try {
    return await new Promise<RectifyAnswer>((resolve, reject) => {
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
    });
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
    await worker.terminate();
  }
}
