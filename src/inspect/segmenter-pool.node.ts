import type { Worker } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { FromSegmentWorker, ToSegmentWorker } from './segment.worker.node.ts';
import type { Segmenter, Tile, TileMarks, TileScores } from './segmenter.ts';

type Answer = Extract<FromSegmentWorker, { kind: 'scores' | 'marks' }>;

interface Waiting {
  readonly tile: Tile;
  readonly want: Answer['kind'];
  /** It was given to a thread that hung or died. */
  readonly wasLost: boolean;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** A second thread is given this much more time: on a machine that is overrun nothing hangs, all is slow. */
const SECOND_PATIENCE = 10;

/** One thread with one session; one tile at a time. */
export class SegmentWorker {
  readonly #thread: Worker;
  readonly #hangMs: number;
  /** Parts of the model run on the CPU beside the named provider. */
  readonly isPartlyCpu: boolean;
  #current: Waiting | null = null;
  #lastId = 0;
  #watch: NodeJS.Timeout | undefined;
  #isLost = false;

  /** Free again, after an answer or a failure. */
  onFree: () => void = () => undefined;
  /** It will never answer again: it hung and was left alone, or ended by itself. */
  onLost: (reason: string, waiting: Waiting | null) => void = () => undefined;

  constructor(thread: Worker, hangMs: number, isPartlyCpu = false) {
    this.isPartlyCpu = isPartlyCpu;
    this.#thread = thread;
    this.#hangMs = hangMs;
    thread.on('message', (message: FromSegmentWorker) => this.#hear(message));
    thread.on('error', (error) => this.#lose(error instanceof Error ? error.message : String(error)));
    thread.on('exit', (code) => this.#lose(`the worker ended with code ${code}`));
    thread.unref();
  }

  get isFree(): boolean {
    return this.#current === null && !this.#isLost;
  }

  run(waiting: Waiting): void {
    this.#current = waiting;
    this.#lastId += 1;
    this.#thread.ref();
    const limitMs = this.#hangMs * (waiting.wasLost ? SECOND_PATIENCE : 1);
    this.#watch = setTimeout(() => this.#hang(limitMs), limitMs);
    // A copy by name: `slice` of a Node Buffer is a view, and what sharp gives cannot be transferred.
    const rgb = new Uint8Array(waiting.tile.rgb);
    this.#thread.postMessage(
      { ...waiting.tile, rgb, want: waiting.want, kind: 'tile', id: this.#lastId } satisfies ToSegmentWorker,
      [rgb.buffer],
    );
  }

  async close(): Promise<void> {
    if (this.#isLost) return;
    if (this.#current !== null) await new Promise<void>((resolve) => (this.onFree = resolve));
    if (this.#isLost) return;
    this.#isLost = true;
    const ended = new Promise<void>((resolve) => this.#thread.once('exit', () => resolve()));
    this.#thread.ref();
    this.#thread.postMessage({ kind: 'close' } satisfies ToSegmentWorker);
    await ended;
  }

  #hear(message: FromSegmentWorker): void {
    if (message.kind !== 'failed' && message.kind !== 'scores' && message.kind !== 'marks') return;
    if (message.id !== this.#lastId) return;
    const waiting = this.#take();
    if (message.kind === 'failed') waiting?.reject(failure(message.reason));
    else waiting?.resolve(message);
    this.onFree();
  }

  #take(): Waiting | null {
    clearTimeout(this.#watch);
    const waiting = this.#current;
    this.#current = null;
    this.#thread.unref();
    return waiting;
  }

  #hang(limitMs: number): void {
    // Left alone, not stopped: terminating a thread inside the runtime's own code aborts the whole process (seen with
    // onnxruntime-node 1.30). Should it ever come back, it ends by itself.
    this.#thread.postMessage({ kind: 'close' } satisfies ToSegmentWorker);
    this.#lose(`no answer to a tile for ${Math.round(limitMs / 100) / 10} s`);
  }

  #lose(reason: string): void {
    if (this.#isLost) return;
    this.#isLost = true;
    const waiting = this.#take();
    this.onLost(reason, waiting);
    this.onFree();
  }
}

function failure(reason: string): KerfError {
  return new KerfError('INSPECT_MODEL_FAILED', `The model failed on a tile: ${oneLine(reason)}.`, { fault: 'device' });
}

/** Hands tiles to threads in their order. A thread that hangs or dies is replaced, its tile given to another once more; a
 *  tile that loses two threads is the tile's or the model's fault. */
export class SegmenterPool implements Segmenter {
  readonly concurrent: number;
  readonly #start: () => Promise<SegmentWorker | { readonly refused: string }>;
  readonly #line: Waiting[] = [];
  #workers: SegmentWorker[];
  #provider: Segmenter['provider'];
  #starting = 0;
  #closing: Promise<void> | null = null;

  constructor(
    workers: readonly SegmentWorker[],
    provider: Segmenter['provider'],
    start: () => Promise<SegmentWorker | { readonly refused: string }>,
  ) {
    this.#workers = [...workers];
    this.#provider = provider;
    this.#start = start;
    this.concurrent = workers.length;
    for (const worker of workers) this.#take(worker);
  }

  get provider(): Segmenter['provider'] {
    return this.#provider;
  }

  async segment(tile: Tile): Promise<TileScores> {
    return (await this.#ask(tile, 'scores')) as Extract<Answer, { kind: 'scores' }>;
  }

  async mark(tile: Tile): Promise<TileMarks> {
    const answer = (await this.#ask(tile, 'marks')) as Extract<Answer, { kind: 'marks' }>;
    return { defect: answer.defect, kind: answer.likeliest, widthPx: answer.widthPx, heightPx: answer.heightPx };
  }

  #ask(tile: Tile, want: Answer['kind']): Promise<Answer> {
    if (this.#closing)
      return Promise.reject(
        new KerfError('INSPECT_SEGMENTER_CLOSED', 'The segmenter was closed.', { fault: 'device' }),
      );
    return new Promise((resolve, reject) => {
      this.#line.push({ tile, want, wasLost: false, resolve, reject });
      this.#next();
    });
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all(this.#workers.map((w) => w.close())).then(() => undefined);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #take(worker: SegmentWorker): void {
    worker.onFree = () => this.#next();
    worker.onLost = (reason, waiting) => this.#replace(worker, reason, waiting);
  }

  #replace(worker: SegmentWorker, reason: string, waiting: Waiting | null): void {
    this.#workers = this.#workers.filter((w) => w !== worker);
    const replaced = (this.#provider.replaced ?? 0) + 1;
    const why = `${this.#provider.why}; a thread was replaced: ${oneLine(reason)}`;
    this.#provider = { ...this.#provider, why: replaced === 1 ? why : this.#provider.why, replaced };
    if (waiting?.wasLost) waiting.reject(failure(`${reason}, twice on one tile`));
    else if (waiting) this.#line.unshift({ ...waiting, wasLost: true });
    if (this.#closing) return this.#giveUp(reason);
    this.#starting += 1;
    void this.#start().then((next) => {
      this.#starting -= 1;
      if ('refused' in next) {
        if (this.#workers.length === 0 && this.#starting === 0) this.#giveUp(next.refused);
        return;
      }
      if (this.#closing) return void next.close();
      this.#take(next);
      this.#workers.push(next);
      this.#next();
    });
  }

  /** Nobody is left to answer. */
  #giveUp(reason: string): void {
    for (const waiting of this.#line.splice(0)) waiting.reject(failure(reason));
  }

  #next(): void {
    const worker = this.#workers.find((w) => w.isFree);
    const waiting = worker ? this.#line.shift() : undefined;
    if (worker && waiting) worker.run(waiting);
  }
}
