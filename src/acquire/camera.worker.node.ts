import { setInterval } from 'node:timers';
import { parentPort, workerData } from 'node:worker_threads';
import type { Clock } from '#domain/ports.ts';
import type { CameraHealth, CameraFrame } from './camera.ts';
import type { CameraLogin } from './camera-command.ts';
import { openCamera } from './open-camera.node.ts';
import { takeStill } from './take-still.node.ts';
import { toldError, type ToldError } from './told-error.ts';

/** Holds a camera in a thread of its own: pictures by the megabyte must not stop whoever watches. */

export interface WatchedCamera {
  readonly source: string;
  readonly login?: CameraLogin | undefined;
}
export type WatchRequest = { readonly kind: 'still' } | { readonly kind: 'drop' } | { readonly kind: 'close' };
export type WatchNews =
  | { readonly kind: 'health'; readonly health: CameraHealth }
  | { readonly kind: 'still'; readonly frame: CameraFrame }
  | { readonly kind: 'failed'; readonly error: ToldError };

const PERIOD_MS = 100;

const port = parentPort;
if (!port) throw new Error('camera.worker.node.ts runs as a worker only');
const clock: Clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() };
const { source, login } = workerData as WatchedCamera;
const camera = await openCamera(source, { clock, login });
let still: AbortController | null = null;
let said = '';

camera.start();
const look = setInterval(() => {
  const health = camera.health();
  const now = JSON.stringify([health.isStarting, health.troubles]);
  if (now === said) return;
  said = now;
  port.postMessage({ kind: 'health', health } satisfies WatchNews);
}, PERIOD_MS);

port.on('message', (request: WatchRequest) => {
  switch (request.kind) {
    case 'still':
      void answerStill();
      return;
    case 'drop':
      still?.abort();
      return;
    case 'close':
      clearInterval(look);
      void camera.close().then(() => port.close());
      return;
  }
});

async function answerStill(): Promise<void> {
  still?.abort();
  const own = (still = new AbortController());
  try {
    const frame = await takeStill(camera, own.signal);
    // Copied: what the camera compares the next picture with stays here.
    if (!own.signal.aborted) port?.postMessage({ kind: 'still', frame } satisfies WatchNews);
  } catch (cause) {
    if (!own.signal.aborted) port?.postMessage({ kind: 'failed', error: toldError(cause) } satisfies WatchNews);
  }
}
