import { setInterval } from 'node:timers';
import { parentPort, workerData } from 'node:worker_threads';
import type { Clock } from '#domain/ports.ts';
import type { Camera, CameraFrame, CameraGlance, CameraHealth } from './camera.ts';
import type { CameraLogin } from './camera-command.ts';
import { glanceAt } from './glance-at.node.ts';
import { openCamera } from './open-camera.node.ts';
import { takeStill } from './take-still.node.ts';
import { toldError, type ToldError } from './told-error.ts';

/** Holds a camera in a thread of its own: pictures by the megabyte must not stop whoever watches. */

export interface WatchedCamera {
  readonly source: string;
  readonly login?: CameraLogin | undefined;
}
export interface WatchRequest {
  readonly kind: 'still' | 'drop' | 'glance' | 'close';
}
export type WatchNews =
  | { readonly kind: 'health'; readonly health: CameraHealth }
  | { readonly kind: 'still'; readonly frame: CameraFrame }
  /** Null: no picture came. */
  | { readonly kind: 'glance'; readonly glance: CameraGlance | null }
  | { readonly kind: 'failed'; readonly error: ToldError };

const PERIOD_MS = 100;
/** Another reason for the same trouble is told this long after the last news at the earliest: a program that is started again and
 *  again may have another each time. */
const REASON_MS = 5000;
/** A camera gives some pictures a second; who looks is told after this that none came. */
const GLANCE_MS = 2000;

const port = parentPort;
if (!port) throw new Error('camera.worker.node.ts runs as a worker only');
const clock: Clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() };
const { source, login } = workerData as WatchedCamera;
const camera = await openCamera(source, { clock, login });
/** The picture that was taken last: while a still is being taken it gets them all. */
let latest: CameraFrame | null = null;
const noted: Camera = {
  name: camera.name,
  kind: camera.kind,
  ...(camera.frozenMs !== undefined && { frozenMs: camera.frozenMs }),
  start: () => camera.start(),
  next: async (options) => (latest = await camera.next(options)),
  health: () => camera.health(),
  close: () => camera.close(),
  [Symbol.asyncDispose]: () => camera.close(),
};
let still: AbortController | null = null;
let said = { state: '', reason: '', atMs: 0 };

camera.start();
const look = setInterval(() => {
  const health = camera.health();
  const state = JSON.stringify([health.isStarting, health.troubles]);
  const atMs = clock.monotonicMs();
  const isReworded = health.reason !== said.reason && health.troubles.length > 0 && atMs - said.atMs >= REASON_MS;
  if (state === said.state && !isReworded) return;
  said = { state, reason: health.reason, atMs };
  port.postMessage({ kind: 'health', health } satisfies WatchNews);
}, PERIOD_MS);

port.on('message', (request: WatchRequest) => {
  switch (request.kind) {
    case 'still':
      void answerStill();
      return;
    case 'drop':
      still?.abort();
      still = null;
      return;
    case 'glance':
      void answerGlance();
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
    const frame = await takeStill(noted, own.signal);
    // Copied: what the camera compares the next picture with stays here.
    if (!own.signal.aborted) port?.postMessage({ kind: 'still', frame } satisfies WatchNews);
  } catch (cause) {
    if (!own.signal.aborted) port?.postMessage({ kind: 'failed', error: toldError(cause) } satisfies WatchNews);
  } finally {
    if (still === own) still = null;
  }
}

async function answerGlance(): Promise<void> {
  let glance: CameraGlance | null = null;
  try {
    const frame = still ? latest : await noted.next({ signal: AbortSignal.timeout(GLANCE_MS) });
    glance = frame && (await glanceAt(frame));
  } catch {
    // No picture: the camera's health says why.
  }
  port?.postMessage({ kind: 'glance', glance } satisfies WatchNews);
}
