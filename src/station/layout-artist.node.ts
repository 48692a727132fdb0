import { Worker } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import type { AskedFacts, DrawnLayout, LayoutAnswer, LayoutRequest } from './layout-work.worker.node.ts';

/** The station's side of layout-work.worker.node.ts. */
export class LayoutArtist {
  readonly #thread = new Worker(new URL('./layout-work.worker.node.ts', import.meta.url), { execArgv: [] });
  readonly #waiting = new Map<number, { resolve: (drawn: DrawnLayout) => void; reject: (reason: Error) => void }>();
  #lastId = 0;
  #isClosed = false;

  constructor() {
    this.#thread.on('message', (answer: LayoutAnswer) => {
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
    this.#thread.on('error', end);
    this.#thread.on('exit', () => end());
  }

  setProblem(key: string, problem: Problem): void {
    this.#thread.postMessage({ kind: 'problem', key, problem } satisfies LayoutRequest);
  }

  draw(key: string, result: NestResult, facts: AskedFacts): Promise<DrawnLayout> {
    if (this.#isClosed)
      return Promise.reject(new KerfError('STATION_LAYOUT_NOT_DRAWN', 'the drawing thread has ended.'));
    const id = (this.#lastId += 1);
    this.#thread.postMessage({ kind: 'view', id, key, result, facts } satisfies LayoutRequest);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
