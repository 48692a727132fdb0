import { parentPort, workerData } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import type { AlignSheetQuestion } from './align-sheet.ts';
import { RoomsBench, type RoomsOptions } from './rooms-bench.node.ts';
import type { AcquireQuestion, CutQuestion, InspectQuestion, NestQuestion, Rooms, SettleQuestion } from './rooms.ts';

/** Runs the rooms away from the station's thread: inspection's own arithmetic, the solver's encoding, the cut plan. */

type Asked<Q> = Omit<Q, 'signal' | 'onProgress' | 'onTile' | 'onDefects' | 'onLayout' | 'onStarted'>;
export type RoomsRequest = { readonly id: number } & (
  | { readonly call: 'abort' }
  | { readonly call: 'change'; readonly problem: Problem }
  | { readonly call: 'acquireScan'; readonly question: Asked<AcquireQuestion> }
  | { readonly call: 'inspectScan'; readonly question: Asked<InspectQuestion> }
  | { readonly call: 'withDefects'; readonly question: { inspection: Inspection; defects: readonly Defect[] } }
  | { readonly call: 'nest'; readonly question: Asked<NestQuestion> }
  | { readonly call: 'judgeLayout'; readonly question: { problem: Problem; result: NestResult } }
  | { readonly call: 'readCodes'; readonly question: string }
  | { readonly call: 'settleSheet'; readonly question: SettleQuestion }
  | { readonly call: 'judgeCut'; readonly question: Asked<Parameters<Rooms['judgeCut']>[0]> }
  | { readonly call: 'alignSheet'; readonly question: AlignSheetQuestion }
  | { readonly call: 'cut'; readonly question: CutQuestion }
  | { readonly call: 'close' }
);
export type RoomsNews =
  | { readonly id: number; readonly told: 'onProgress' | 'onTile' | 'onDefects' | 'onLayout'; readonly what: unknown }
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly error:
        | { code: string; message: string; fault: KerfError['fault']; details: KerfError['details'] }
        | { abort: true }
        | { defect: string };
    };

const port = parentPort;
if (!port) throw new Error('rooms.worker.node.ts runs as a worker only');
const bench = new RoomsBench(workerData as RoomsOptions);
const running = new Map<number, AbortController>();
const changers = new Map<number, (problem: Problem) => void>();
const say = (news: RoomsNews) => port.postMessage(news);

port.on('message', (request: RoomsRequest) => {
  const { id } = request;
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
      if (request.call === 'close') port.close();
    });
});

function answer(request: Exclude<RoomsRequest, { call: 'abort' | 'change' }>, signal: AbortSignal): Promise<unknown> {
  const { id } = request;
  const tell = (name: 'onProgress' | 'onTile' | 'onDefects' | 'onLayout') => (what: unknown) =>
    say({ id, told: name, what });
  switch (request.call) {
    case 'acquireScan':
      return bench.acquireScan({ ...request.question, signal, onProgress: tell('onProgress') });
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
    case 'close':
      return bench.close();
  }
}

function told(cause: unknown): Extract<RoomsNews, { error: unknown }>['error'] {
  if (cause instanceof KerfError) {
    const { code, message, fault, details } = cause;
    return { code, message, fault, details };
  }
  if (cause instanceof Error && cause.name === 'AbortError') return { abort: true };
  return { defect: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
}
