import { Worker } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import { quietHealth, type CameraFrame, type CameraGlance, type CameraHealth } from './camera.ts';
import type { WatchedCamera, WatchNews, WatchRequest } from './camera.worker.node.ts';
import { parseSource } from './source-address.ts';
import { heardError } from './told-error.ts';

export interface CameraWatch {
  readonly source: string;
  /** The next picture in which nothing moves. @throws as takeStill does; the signal's reason when aborted */
  takeStill(signal: AbortSignal): Promise<CameraFrame>;
  /** What the camera sees now, for people; null: no picture came. Who asks meanwhile gets the same. */
  glance(): Promise<CameraGlance | null>;
  close(): Promise<void>;
}

/** A thread that does not end by itself is ended. */
const CLOSE_MS = 3000;

/** Opens a camera in a thread of its own and tells its health whenever that changes. It is the camera's only reader, so
 *  scans take their pictures from it.
 *  @throws KerfError ACQUIRE_SOURCE_REFUSED */
export function watchCamera(camera: WatchedCamera, onHealth: (health: CameraHealth) => void): CameraWatch {
  parseSource(camera.source);
  const worker = new Worker(new URL('./camera.worker.node.ts', import.meta.url), { workerData: camera, execArgv: [] });
  let waiting: { resolve: (frame: CameraFrame) => void; reject: (cause: unknown) => void } | null = null;
  let glancing: {
    readonly answer: Promise<CameraGlance | null>;
    readonly resolve: (it: CameraGlance | null) => void;
  } | null = null;
  let closing: Promise<void> | null = null;
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const end = (cause: unknown) => {
    if (hasEnded) return;
    hasEnded = true;
    const reason = cause instanceof Error ? cause.message : 'its thread ended';
    waiting?.reject(lostThread(camera.source, reason));
    waiting = null;
    answerGlance(null);
    if (closing !== null) return;
    onHealth(quietHealth(0, reason));
  };
  const answerGlance = (glance: CameraGlance | null) => {
    glancing?.resolve(glance);
    glancing = null;
  };
  worker.on('error', end);
  worker.on('exit', end);
  worker.on('message', (news: WatchNews) => {
    if (news.kind === 'health') onHealth(news.health);
    else if (news.kind === 'still') waiting?.resolve(news.frame);
    else if (news.kind === 'glance') answerGlance(news.glance);
    else waiting?.reject(heardError(news.error));
  });
  const send = (request: WatchRequest) => worker.postMessage(request);
  const finish = async () => {
    if (!hasEnded) send({ kind: 'close' });
    const late = setTimeout(() => void worker.terminate(), CLOSE_MS);
    await ended;
    clearTimeout(late);
  };
  return {
    source: camera.source,
    async takeStill(signal) {
      signal.throwIfAborted();
      if (hasEnded || closing) throw lostThread(camera.source, 'its thread ended');
      let onAbort = () => undefined as void;
      try {
        return await new Promise<CameraFrame>((resolve, reject) => {
          waiting = { resolve, reject };
          onAbort = () => {
            send({ kind: 'drop' });
            reject(signal.reason as Error);
          };
          signal.addEventListener('abort', onAbort, { once: true });
          send({ kind: 'still' });
        });
      } finally {
        signal.removeEventListener('abort', onAbort);
        waiting = null;
      }
    },
    glance() {
      if (hasEnded || closing) return Promise.resolve(null);
      if (!glancing) {
        let resolve: (glance: CameraGlance | null) => void = () => undefined;
        const answer = new Promise<CameraGlance | null>((done) => (resolve = done));
        glancing = { answer, resolve };
        send({ kind: 'glance' });
      }
      return glancing.answer;
    },
    close: () => (closing ??= finish()),
  };
}

function lostThread(source: string, reason: string): KerfError {
  return new KerfError(
    'ACQUIRE_CAMERA_LOST',
    `${source}: the camera is not read any more (${reason}). Expected a running camera: start the station again; if it stays, report it.`,
    { fault: 'device', details: { source, reason } },
  );
}
