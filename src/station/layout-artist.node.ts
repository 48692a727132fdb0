import { Worker, type MessagePort } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import type { AskedFacts, DrawnLayout, LayoutAnswer, LayoutRequest } from './serve-layouts.node.ts';

/** Who draws: a thread of the artist's own, or a door to one that others share. */
export type LayoutThread = Worker | MessagePort;

export function ownLayoutThread(): LayoutThread {
  return new Worker(new URL('./layout-work.worker.node.ts', import.meta.url), { execArgv: [] });
}

/** The station's side of serve-layouts.node.ts. The thread starts with the first problem: a station that only waits,
 *  or shows its jobs, has none. */
export class LayoutArtist {
  readonly #waiting = new Map<number, { resolve: (drawn: DrawnLayout) => void; reject: (reason: Error) => void }>();
  readonly #open: () => LayoutThread;
  #thread: LayoutThread | null = null;
  #lastId = 0;
  #isClosed = false;

  constructor(open: () => LayoutThread = ownLayoutThread) {
    this.#open = open;
  }

  setProblem(key: string, problem: Problem): void {
    this.#post({ kind: 'problem', key, problem });
  }

  draw(key: string, result: NestResult, facts: AskedFacts): Promise<DrawnLayout> {
    if (this.#isClosed)
      return Promise.reject(new KerfError('STATION_LAYOUT_NOT_DRAWN', 'the drawing thread has ended.'));
    const id = (this.#lastId += 1);
    this.#post({ kind: 'view', id, key, result, facts });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const thread = this.#thread;
    if (thread instanceof Worker) await thread.terminate();
    else thread?.close();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #post(request: LayoutRequest): void {
    if (!this.#isClosed) (this.#thread ??= this.#start()).postMessage(request);
  }

  #start(): LayoutThread {
    const thread = this.#open();
    thread.on('message', (answer: LayoutAnswer) => {
      const call = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('error' in answer) call?.reject(new KerfError('STATION_LAYOUT_NOT_DRAWN', answer.error));
      else call?.resolve(answer);
    });
    const end = (cause?: unknown) => {
      this.#isClosed = true;
      for (const { reject } of this.#waiting.values())
        reject(new KerfError('STATION_LAYOUT_NOT_DRAWN', 'the drawing thread has ended.', { fault: 'device', cause }));
      this.#waiting.clear();
    };
    thread.on('error', end);
    thread.on(thread instanceof Worker ? 'exit' : 'close', () => end());
    return thread;
  }
}
