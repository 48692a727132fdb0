import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CameraFrame } from '#acquire/camera.ts';
import type { PictureOfTable } from '#acquire/set-corners.ts';
import { isLiveSource } from '#acquire/source-address.ts';
import { watchCamera, type CameraWatch } from '#acquire/watch-camera.node.ts';
import type { Inspection } from '#domain/inspection.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Scan } from '#domain/scan.ts';
import type { AlignAnswer } from '#geometry/align-outlines.ts';
import type { RoomsOptions } from './real-rooms.node.ts';
import type { JudgedCut } from './judge-cut.ts';
import { startRoomsProcess, type RoomsProcess } from './rooms-process.node.ts';
import type { RoomsNews, RoomsRequest, Told } from './rooms-main.node.ts';
import type { CutAnswer, NestQuestion, Rooms, SettledSheet, Verdict } from './rooms.ts';

export interface OpenedRooms extends Rooms {
  /** Of the process; null while there is none. */
  readonly pid: number | null;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

type Listeners = Partial<Record<Told, (what: never) => void>>;
interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly listeners: Listeners;
  /** Whom it was asked. */
  readonly process: RoomsProcess;
}
type Call = RoomsRequest extends infer R ? (R extends { question: unknown } ? Omit<R, 'id'> : never) : never;

/** When nothing has been asked for so long the model is given back, a third of what the process holds: loading it beside
 *  the next scan takes half a second of one core. */
const REST_MS = 20_000;
/** What is left, some 500 MB, goes with the process, and the first hide of the next one takes three seconds of a core
 *  more. Under a job, whose sheet is cut for minutes, it waits this long; hides follow one another sooner while people
 *  work (decisions 47 and 51). */
const IDLE_MS = 5 * 60_000;
/** Between jobs, when a hide is taken off and another laid. */
const BETWEEN_JOBS_MS = 2 * 60_000;

export interface RoomsWaits {
  readonly restMs?: number;
  readonly idleMs?: number;
  readonly betweenJobsMs?: number;
}

/** The true rooms in a process of their own, which starts with the first question and ends once nothing has been asked
 *  of it for a while. */
export function openRooms(options: RoomsOptions, waits: RoomsWaits = {}): OpenedRooms {
  const { restMs = REST_MS, idleMs = IDLE_MS, betweenJobsMs = Math.min(BETWEEN_JOBS_MS, idleMs) } = waits;
  const waiting = new Map<number, Waiting>();
  let current: RoomsProcess | null = null;
  let watch: CameraWatch | null = null;
  let lastId = 0;
  let closing: Promise<void> | null = null;
  let idle: NodeJS.Timeout | undefined;
  let rest: NodeJS.Timeout | undefined;
  let isBetweenJobs = false;
  let ending: Promise<void> | null = null;
  let stills: Promise<unknown> = Promise.resolve();

  function open(): RoomsProcess {
    const started = startRoomsProcess(options, heard, (reason) => {
      if (current === started) current = null;
      for (const [id, call] of waiting) {
        if (call.process !== started) continue;
        waiting.delete(id);
        call.reject(
          new KerfError(
            'STATION_ROOM_ENDED',
            `The process of the rooms ended (${reason}). The job can be started again; report it with the station's log.`,
            { fault: 'device' },
          ),
        );
      }
    });
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
    clearTimeout(rest);
    if (call.call === 'acquireScan' || call.call === 'settleSheet') isBetweenJobs = call.call === 'settleSheet';
    const asked = (current ??= open());
    const id = (lastId += 1);
    const abort = () => asked.ask({ id, call: 'abort' });
    const answer = new Promise<unknown>((resolve, reject) =>
      waiting.set(id, { resolve, reject, listeners, process: asked }),
    );
    asked.ask({ id, ...call });
    onStarted?.((problem) => asked.ask({ id, call: 'change', problem }));
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
    clearTimeout(rest);
    if (waiting.size > 0 || closing) return;
    rest = setTimeout(() => current?.ask({ id: 0, call: 'rest' }), restMs).unref();
    idle = setTimeout(
      () => {
        if (waiting.size === 0 && !closing) ending = endProcess();
      },
      isBetweenJobs ? betweenJobsMs : idleMs,
    ).unref();
  }

  /** Of the watched camera, one after another: it takes one still at a time. */
  async function stillOf(
    { source, frame }: { readonly source: string; readonly frame?: CameraFrame | undefined },
    signal: AbortSignal,
  ): Promise<CameraFrame | undefined> {
    if (watch?.source !== source) return frame;
    const watched = watch;
    const taken = stills.then(() => watched.takeStill(signal));
    stills = taken.catch(() => undefined);
    return taken;
  }

  async function closeRooms(): Promise<void> {
    clearTimeout(idle);
    clearTimeout(rest);
    await watch?.close();
    await ending;
    await endProcess();
  }

  async function endProcess(): Promise<void> {
    const ended = current;
    // What is asked from now on is another process's.
    current = null;
    await ended?.end();
  }
  const close = () => (closing ??= closeRooms());

  return {
    watchCamera(source, onHealth) {
      if (!isLiveSource(source)) return null;
      watch ??= watchCamera({ source, login: options.login }, onHealth);
      return () => void watch?.close();
    },
    glance: () => watch?.glance() ?? Promise.resolve(null),
    async acquireScan({ signal, onProgress, ...question }) {
      if (watch?.source === question.source) onProgress({ what: 'waiting', done: 0, total: 1 });
      const frame = await stillOf(question, signal);
      return withPixels(frame, question.dir, (bare, pixelsIn) =>
        ask<Scan>({ call: 'acquireScan', question: { ...question, frame: bare }, pixelsIn }, signal, { onProgress }),
      );
    },
    async seeTable({ signal, ...question }) {
      const frame = await stillOf(question, signal);
      return withPixels(frame, question.image, (bare, pixelsIn) =>
        ask<PictureOfTable>({ call: 'seeTable', question: { ...question, frame: bare }, pixelsIn }, signal),
      );
    },
    partJpeg: (question) => ask<Uint8Array>({ call: 'partJpeg', question }),
    inspectScan: ({ signal, onProgress, onTile, onDefects, ...question }) =>
      ask<Inspection>({ call: 'inspectScan', question }, signal, { onProgress, onTile, onDefects }),
    withDefects: (inspection, defects) => ask<Inspection>({ call: 'withDefects', question: { inspection, defects } }),
    nest: ({ signal, onLayout, onStarted, onRecord, ...question }) => {
      const told = ({ result, changes }: { result: NestResult; changes: number }) => onLayout(result, changes);
      return ask<NestResult>(
        { call: 'nest', question },
        signal,
        { onLayout: told, ...(onRecord ? { onRecord } : {}) },
        onStarted,
      );
    },
    judgeLayout: (problem, result) => ask<Verdict>({ call: 'judgeLayout', question: { problem, result } }),
    readCodes: (dir) => ask<readonly string[]>({ call: 'readCodes', question: dir }),
    settleSheet: (question) => ask<SettledSheet>({ call: 'settleSheet', question }),
    judgeCut: ({ signal, ...question }) => ask<JudgedCut>({ call: 'judgeCut', question }, signal),
    alignSheet: (question) => ask<AlignAnswer>({ call: 'alignSheet', question }),
    cut: (question) => ask<CutAnswer>({ call: 'cut', question }),
    scanJpeg: (dir, maxPx) => ask<Uint8Array>({ call: 'scanJpeg', question: { dir, maxPx } }),
    makeTiles: (image, folder) => ask<undefined>({ call: 'makeTiles', question: { image, folder } }),
    get pid() {
      return current?.pid ?? null;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const NO_PIXELS = new Uint8Array();

/** Lays a frame's pixels beside `path` while `work` is done: a hundred megabytes would hold a pipe and both loops. */
async function withPixels<T>(
  frame: CameraFrame | undefined,
  path: string,
  work: (bare: CameraFrame | undefined, pixelsIn?: string) => Promise<T>,
): Promise<T> {
  if (frame?.pixels.kind !== 'rgb') return work(frame);
  const pixelsIn = `${path}.rgb`;
  await mkdir(dirname(pixelsIn), { recursive: true });
  try {
    await writeFile(pixelsIn, frame.pixels.rgb);
    return await work({ ...frame, pixels: { ...frame.pixels, rgb: NO_PIXELS } }, pixelsIn);
  } finally {
    await rm(pixelsIn, { force: true });
  }
}

function errorOf(error: Extract<RoomsNews, { error: unknown }>['error']): Error {
  if ('abort' in error) return Object.assign(new Error('stopped'), { name: 'AbortError' });
  if ('defect' in error) return new Error(error.defect);
  const { code, message, fault, details } = error;
  return new KerfError(code, message, { fault, details });
}
