import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { FromSegmentWorker, ToSegmentWorker } from './segment.worker.node.ts';

export interface OpenOptions {
  /** A worker that says nothing for so long is given up; default a minute: a graphics card may compile for half of it. */
  readonly openMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a worker said first, or why it will say nothing. */
export type FirstWord =
  | { readonly kind: 'said'; readonly message: FromSegmentWorker }
  | { readonly kind: 'ended'; readonly reason: string }
  | { readonly kind: 'silent'; readonly reason: string };

const OPEN_MS = 60_000;

/** Waits for a worker's first message. One that is not waited for any longer is ended.
 *  @throws the signal's reason when aborted */
export function firstWord(thread: Worker, { openMs = OPEN_MS, signal }: OpenOptions): Promise<FirstWord> {
  return new Promise((resolve, reject) => {
    const settle = (give: () => void) => {
      clearTimeout(patience);
      signal?.removeEventListener('abort', abort);
      // One by one: removeAllListeners would take the worker's own listeners with it, and no message came any more.
      thread.off('error', fail);
      thread.off('exit', failExit);
      thread.off('message', hear);
      give();
    };
    const fail = (error: unknown) =>
      settle(() => resolve({ kind: 'ended', reason: error instanceof Error ? error.message : String(error) }));
    const failExit = (code: number) => fail(`the worker ended with code ${code}`);
    const hear = (message: FromSegmentWorker) => settle(() => resolve({ kind: 'said', message }));
    const leave = (give: () => void) =>
      settle(() => {
        endSilent(thread);
        give();
      });
    const abort = () => leave(() => reject(signal?.reason as Error));
    const patience = setTimeout(
      () => leave(() => resolve({ kind: 'silent', reason: `no word for ${Math.round(openMs / 100) / 10} s` })),
      openMs,
    );
    thread.on('error', fail);
    thread.on('exit', failExit);
    thread.on('message', hear);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
  });
}

const GLANCE_MS = 200;

/** Ends a worker that nobody waits for. One that waits itself is stopped; one that is at work may be inside the runtime's own
 *  code, where stopping it aborts the whole process (seen with onnxruntime-node 1.30): should it ever come back, the message
 *  ends it, and it keeps no process alive. */
function endSilent(thread: Worker): void {
  // What it may still say is nobody's; without a listener an error would end the process.
  thread.on('error', () => undefined);
  thread.postMessage({ kind: 'close' } satisfies ToSegmentWorker);
  thread.unref();
  const before = thread.performance.eventLoopUtilization();
  void sleep(GLANCE_MS, undefined, { ref: false }).then(async () => {
    const { idle, utilization } = thread.performance.eventLoopUtilization(before);
    if (idle > 0 && utilization < 0.5) await thread.terminate();
  });
}
