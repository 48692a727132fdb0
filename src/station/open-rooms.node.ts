import { Worker } from 'node:worker_threads';
import type { CameraFrame } from '#acquire/camera.ts';
import { isLiveSource } from '#acquire/source-address.ts';
import { watchCamera, type CameraWatch } from '#acquire/watch-camera.node.ts';
import type { Inspection } from '#domain/inspection.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Scan } from '#domain/scan.ts';
import type { AlignAnswer } from '#geometry/align-outlines.ts';
import type { RoomsOptions } from './rooms-bench.node.ts';
import type { JudgedCut } from './judge-cut.ts';
import type { RoomsNews, RoomsRequest } from './rooms.worker.node.ts';
import type { CutAnswer, NestQuestion, Rooms, SettledSheet, Verdict } from './rooms.ts';

export interface OpenedRooms extends Rooms {
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

type Listeners = Partial<Record<'onProgress' | 'onTile' | 'onDefects' | 'onLayout', (what: never) => void>>;
interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly listeners: Listeners;
  /** Whom it was asked. */
  readonly thread: Worker;
}
type Call = RoomsRequest extends infer R
  ? R extends { call: infer C; question: infer Q }
    ? { call: C; question: Q }
    : never
  : never;

const JPEG_QUALITY = 82;

/** After a hide the thread keeps some 400 MB, the model's most of all; loading it again takes a second or two. */
const IDLE_MS = 15 * 60_000;

/** The true rooms in a thread of their own, which starts with the first question and ends once nothing has been asked of
 *  it for `idleMs`. */
export function openRooms(options: RoomsOptions, { idleMs = IDLE_MS } = {}): OpenedRooms {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | null = null;
  let watch: CameraWatch | null = null;
  let lastId = 0;
  let closing: Promise<void> | null = null;
  let idle: NodeJS.Timeout | undefined;
  let ending: Promise<void> | null = null;

  function open(): Worker {
    const started = new Worker(new URL('./rooms.worker.node.ts', import.meta.url), {
      workerData: options,
      execArgv: [],
    });
    const end = (cause: unknown) => {
      if (thread === started) thread = null;
      const reason = new KerfError(
        'STATION_ROOM_ENDED',
        `The thread of the rooms ended (${cause instanceof Error ? cause.message : String(cause)}). The job can be started again; report it with the station's log.`,
        { fault: 'device', cause },
      );
      for (const [id, call] of waiting) {
        if (call.thread !== started) continue;
        waiting.delete(id);
        call.reject(reason);
      }
    };
    started.on('message', (news: RoomsNews) => heard(news));
    started.on('error', end);
    started.on('exit', end);
    return started;
  }

  function heard(news: RoomsNews): void {
    const call = waiting.get(news.id);
    if ('told' in news) {
      (call?.listeners[news.told] as ((what: unknown) => void) | undefined)?.(news.what);
      return;
    }
    waiting.delete(news.id);
    if ('error' in news) call?.reject(errorOf(news.error));
    else call?.resolve(news.value);
  }

  async function ask<T>(
    call: Call,
    signal?: AbortSignal,
    listeners: Listeners = {},
    onStarted?: NestQuestion['onStarted'],
  ): Promise<T> {
    signal?.throwIfAborted();
    if (closing) throw new KerfError('STATION_ROOM_ENDED', 'The rooms are closed.', { fault: 'device' });
    clearTimeout(idle);
    const worker = (thread ??= open());
    const id = (lastId += 1);
    const abort = () => worker.postMessage({ id, call: 'abort' } satisfies RoomsRequest);
    const answer = new Promise<unknown>((resolve, reject) =>
      waiting.set(id, { resolve, reject, listeners, thread: worker }),
    );
    worker.postMessage({ id, ...call });
    onStarted?.((problem) => worker.postMessage({ id, call: 'change', problem } satisfies RoomsRequest));
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return (await answer) as T;
    } finally {
      signal?.removeEventListener('abort', abort);
      restLater();
    }
  }

  function restLater(): void {
    clearTimeout(idle);
    if (waiting.size > 0 || closing) return;
    idle = setTimeout(() => {
      if (waiting.size === 0 && !closing) ending = endThread();
    }, idleMs).unref();
  }

  async function closeThread(): Promise<void> {
    clearTimeout(idle);
    await watch?.close();
    await ending;
    await endThread();
  }

  async function endThread(): Promise<void> {
    const worker = thread;
    // What is asked from now on is another thread's.
    thread = null;
    if (!worker) return;
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ id: (lastId += 1), call: 'close' } satisfies RoomsRequest);
    // A solver or model that does not end by itself must not keep the station from closing.
    const late = setTimeout(() => void worker.terminate(), CLOSE_MS);
    await exited;
    clearTimeout(late);
  }
  const close = () => (closing ??= closeThread());

  return {
    watchCamera(source, onHealth) {
      if (!isLiveSource(source)) return null;
      watch ??= watchCamera({ source, login: options.login }, onHealth);
      return () => void watch?.close();
    },
    glance: () => watch?.glance() ?? Promise.resolve(null),
    async acquireScan({ signal, onProgress, ...question }) {
      let frame: CameraFrame | undefined;
      if (watch?.source === question.source) {
        onProgress({ what: 'waiting', done: 0, total: 1 });
        frame = await watch.takeStill(signal);
      }
      return ask<Scan>({ call: 'acquireScan', question: { ...question, frame } }, signal, { onProgress });
    },
    inspectScan: ({ signal, onProgress, onTile, onDefects, ...question }) =>
      ask<Inspection>({ call: 'inspectScan', question }, signal, { onProgress, onTile, onDefects }),
    withDefects: (inspection, defects) => ask<Inspection>({ call: 'withDefects', question: { inspection, defects } }),
    nest: ({ signal, onLayout, onStarted, ...question }) => {
      const told = ({ result, changes }: { result: NestResult; changes: number }) => onLayout(result, changes);
      return ask<NestResult>({ call: 'nest', question }, signal, { onLayout: told }, onStarted);
    },
    judgeLayout: (problem, result) => ask<Verdict>({ call: 'judgeLayout', question: { problem, result } }),
    readCodes: (dir) => ask<readonly string[]>({ call: 'readCodes', question: dir }),
    settleSheet: (question) => ask<SettledSheet>({ call: 'settleSheet', question }),
    judgeCut: ({ signal, ...question }) => ask<JudgedCut>({ call: 'judgeCut', question }, signal),
    alignSheet: (question) => ask<AlignAnswer>({ call: 'alignSheet', question }),
    cut: (question) => ask<CutAnswer>({ call: 'cut', question }),
    async scanJpeg(dir, maxPx) {
      // Loaded with the first scan that somebody looks at.
      const [{ openScan }, { default: sharp }] = await Promise.all([
        import('#acquire/open-scan.node.ts'),
        import('sharp'),
      ]);
      const opened = await openScan(dir);
      const { rgb, widthPx, heightPx } = await opened.overview(maxPx);
      return sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
        .jpeg({ quality: JPEG_QUALITY })
        .toBuffer();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const CLOSE_MS = 3000;

function errorOf(error: Extract<RoomsNews, { error: unknown }>['error']): Error {
  if ('abort' in error) return Object.assign(new Error('stopped'), { name: 'AbortError' });
  if ('defect' in error) return new Error(error.defect);
  const { code, message, fault, details } = error;
  return new KerfError(code, message, { fault, details });
}
