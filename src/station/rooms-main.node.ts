import { readFile } from 'node:fs/promises';
import { KerfError } from '#domain/kerf-error.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import type { AlignSheetQuestion } from './align-sheet.ts';
import { RealRooms, type RoomsOptions } from './real-rooms.node.ts';
import { makeTiles } from './scan-tiles.node.ts';
import type { CameraFrame } from '#acquire/camera.ts';
import type {
  AcquireQuestion,
  CutQuestion,
  InspectQuestion,
  NestQuestion,
  PartQuestion,
  Rooms,
  SeeTableQuestion,
  SettleQuestion,
} from './rooms.ts';

/** Runs the rooms in a process of their own (started by rooms-process.node.ts): inspection's arithmetic and model, the
 *  solver, the cut plan. It ends with the station. */

type Asked<Q> = Omit<Q, 'signal' | 'onStarted' | Told>;
/** What a question tells on its way. */
export type Told = 'onProgress' | 'onTile' | 'onDefects' | 'onLayout' | 'onRecord';
export type RoomsRequest = { readonly id: number } &
  /** The first. */
  (
    | { readonly call: 'open'; readonly options: RoomsOptions }
    | { readonly call: 'abort' }
    | { readonly call: 'change'; readonly problem: Problem }
    | {
        readonly call: 'acquireScan';
        readonly question: Asked<AcquireQuestion>;
        /** Where the frame's pixels are, where they are not in it: a hundred megabytes would hold a pipe and both loops. */
        readonly pixelsIn?: string | undefined;
      }
    | { readonly call: 'seeTable'; readonly question: Asked<SeeTableQuestion>; readonly pixelsIn?: string | undefined }
    | { readonly call: 'partJpeg'; readonly question: PartQuestion }
    | { readonly call: 'inspectScan'; readonly question: Asked<InspectQuestion> }
    | { readonly call: 'withDefects'; readonly question: { inspection: Inspection; defects: readonly Defect[] } }
    | { readonly call: 'nest'; readonly question: Asked<NestQuestion> }
    | { readonly call: 'judgeLayout'; readonly question: { problem: Problem; result: NestResult } }
    | { readonly call: 'readCodes'; readonly question: string }
    | { readonly call: 'settleSheet'; readonly question: SettleQuestion }
    | { readonly call: 'judgeCut'; readonly question: Asked<Parameters<Rooms['judgeCut']>[0]> }
    | { readonly call: 'alignSheet'; readonly question: AlignSheetQuestion }
    | { readonly call: 'cut'; readonly question: CutQuestion }
    | { readonly call: 'scanJpeg'; readonly question: { dir: string; maxPx: number } }
    | { readonly call: 'makeTiles'; readonly question: { image: string; folder: string } }
    /** Nothing was asked for a while: what the next hide can load again is given back. */
    | { readonly call: 'rest' }
    | { readonly call: 'close' }
  );
export type RoomsNews =
  | { readonly id: number; readonly told: Told; readonly what: unknown }
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly error:
        | { code: string; message: string; fault: KerfError['fault']; details: KerfError['details'] }
        | { abort: true }
        | { defect: string };
    };

if (!process.send) throw new Error('rooms-main.node.ts is started by rooms-process.node.ts');
let bench: RealRooms | null = null;
const running = new Map<number, AbortController>();
const changers = new Map<number, (problem: Problem) => void>();
const say = (news: RoomsNews) => process.send?.(news);

process.on('disconnect', () => process.exit());
// Ctrl-C at a terminal reaches this process too; it ends when the station has closed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

process.on('message', (request: RoomsRequest) => {
  const { id } = request;
  if (request.call === 'open') {
    bench = new RealRooms(request.options);
    return;
  }
  if (request.call === 'close') {
    void bench?.close().finally(() => process.exit());
    return;
  }
  if (request.call === 'rest') {
    if (running.size === 0) void bench?.close().then(() => globalThis.gc?.());
    return;
  }
  if (request.call === 'abort') {
    running.get(id)?.abort();
    return;
  }
  if (request.call === 'change') {
    changers.get(id)?.(request.problem);
    return;
  }
  const abort = new AbortController();
  running.set(id, abort);
  answer(request, abort.signal)
    .then(
      (value) => say({ id, value }),
      (cause: unknown) => say({ id, error: told(cause) }),
    )
    .finally(() => {
      running.delete(id);
      changers.delete(id);
    });
});

async function answer(
  request: Exclude<RoomsRequest, { call: 'open' | 'close' | 'rest' | 'abort' | 'change' }>,
  signal: AbortSignal,
): Promise<unknown> {
  if (!bench) throw new Error(`rooms: ${request.call} was asked before open`);
  const { id } = request;
  const tell = (name: Told) => (what: unknown) => say({ id, told: name, what });
  switch (request.call) {
    case 'acquireScan': {
      const { question } = request;
      const frame = await frameOf(request);
      return bench.acquireScan({ ...question, frame, signal, onProgress: tell('onProgress') });
    }
    case 'seeTable':
      return bench.seeTable({ ...request.question, frame: await frameOf(request), signal });
    case 'partJpeg':
      return bench.partJpeg(request.question);
    case 'inspectScan':
      return bench.inspectScan({
        ...request.question,
        signal,
        onProgress: tell('onProgress'),
        onTile: tell('onTile'),
        onDefects: tell('onDefects'),
      });
    case 'withDefects':
      return bench.withDefects(request.question.inspection, request.question.defects);
    case 'nest':
      return bench.nest({
        ...request.question,
        signal,
        onLayout: (result, changes = 0) => tell('onLayout')({ result, changes }),
        onStarted: (change) => changers.set(id, change),
        onRecord: tell('onRecord'),
      });
    case 'judgeLayout':
      return bench.judgeLayout(request.question.problem, request.question.result);
    case 'readCodes':
      return bench.readCodes(request.question);
    case 'settleSheet':
      return bench.settleSheet(request.question);
    case 'judgeCut':
      return bench.judgeCut({ ...request.question, signal });
    case 'alignSheet':
      return bench.alignSheet(request.question);
    case 'cut':
      return bench.cut(request.question);
    case 'scanJpeg':
      return bench.scanJpeg(request.question.dir, request.question.maxPx);
    case 'makeTiles':
      return makeTiles(request.question.image, request.question.folder);
  }
}

async function frameOf({
  question: { frame },
  pixelsIn,
}: {
  readonly question: { readonly frame?: CameraFrame | undefined };
  readonly pixelsIn?: string | undefined;
}): Promise<CameraFrame | undefined> {
  return frame && pixelsIn !== undefined ? { ...frame, pixels: { kind: 'rgb', rgb: await readFile(pixelsIn) } } : frame;
}

function told(cause: unknown): Extract<RoomsNews, { error: unknown }>['error'] {
  if (cause instanceof KerfError) {
    const { code, message, fault, details } = cause;
    return { code, message, fault, details };
  }
  if (cause instanceof Error && cause.name === 'AbortError') return { abort: true };
  return { defect: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
}
