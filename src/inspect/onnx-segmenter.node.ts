import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { Pack } from './load-pack.node.ts';
import { loaderComplaint, loaderRefusal } from './provider-libraries.node.ts';
import { absence, PROVIDERS, providerOrder } from './providers.node.ts';
import type { ProviderName } from './providers.node.ts';
import type { FromSegmentWorker, SegmentWorkerData, ToSegmentWorker } from './segment.worker.node.ts';
import type { Segmenter, Tile, TileScores } from './segmenter.ts';

export interface SegmenterOptions {
  /** 'auto' takes the first that works of CUDA, DirectML, WebGPU, CPU as far as this build of the runtime has them. */
  readonly provider?: ProviderName | 'auto' | undefined;
  /** The named provider or none: no falling back. */
  readonly isStrict?: boolean | undefined;
  /** Sessions side by side on the CPU, each on one thread; default: one a core, at most 4. */
  readonly workers?: number | undefined;
}

/** Opens a pool of worker threads, one ONNX session each, on the best provider that takes the model. What refused, and
 *  in which words, stands in `provider.why`.
 *  @throws KerfError INSPECT_PROVIDER_REFUSED (fault device) when strict and the named provider refuses,
 *  INSPECT_PACK_NOT_RUNNABLE (fault input) when even the CPU refuses the model */
export async function openSegmenter(pack: Pack, options: SegmenterOptions = {}): Promise<Segmenter> {
  const wanted = providerOrder(options.provider ?? 'auto');
  const isNamed = options.provider !== undefined && options.provider !== 'auto';
  const refusals: string[] = [];
  for (const name of wanted) {
    const absent = isNamed ? null : absence(name);
    if (absent !== null) {
      refusals.push(`${PROVIDERS[name].title} ${absent}`);
      continue;
    }
    const first = await startWorker(pack, name);
    if (first instanceof SegmentWorker) {
      const count = name === 'cpu' ? (options.workers ?? Math.min(4, availableParallelism())) : 1;
      const rest = await Promise.all(Array.from({ length: count - 1 }, () => startWorker(pack, name)));
      const workers = [first, ...rest.filter((w) => w instanceof SegmentWorker)];
      const why = [...refusals, `${PROVIDERS[name].title} took the model`].join('; ');
      return new SegmenterPool(workers, { used: name, wanted, why });
    }
    refusals.push(`${PROVIDERS[name].title} refused: ${first.refused}`);
    if (options.isStrict === true) break;
  }
  if (refusals.length === wanted.length && wanted.at(-1) === 'cpu')
    throw new KerfError(
      'INSPECT_PACK_NOT_RUNNABLE',
      `${pack.dir}: no provider runs this model. ${refusals.join('; ')}.`,
      { details: { pack: pack.card.id } },
    );
  throw new KerfError(
    'INSPECT_PROVIDER_REFUSED',
    `${refusals.join('; ')}. Without --strict the CPU is taken instead.`,
    { fault: 'device', details: { provider: wanted[0]! } },
  );
}

/** Starts a session; a refusal is a value, because the next provider is tried then. */
function startWorker(pack: Pack, provider: ProviderName): Promise<SegmentWorker | { readonly refused: string }> {
  const refused = loaderRefusal(provider);
  if (refused !== null) return Promise.resolve({ refused });
  return new Promise((resolve) => {
    const data: SegmentWorkerData = {
      model: pack.model,
      provider,
      threads: 1,
      input: pack.card.input.name,
      scores: pack.card.output.scores,
      doubt: pack.card.output.doubt,
    };
    const thread = new Worker(new URL('./segment.worker.node.ts', import.meta.url), { workerData: data });
    const fail = (error: unknown) => resolve({ refused: error instanceof Error ? error.message : String(error) });
    const failExit = (code: number) => fail(`the worker ended with code ${code}`);
    thread.once('error', fail);
    thread.once('exit', failExit);
    thread.once('message', (message: FromSegmentWorker) => {
      // One by one: removeAllListeners would take the worker's own listeners with it, and no message came any more.
      thread.off('error', fail);
      thread.off('exit', failExit);
      if (message.kind === 'ready') return resolve(new SegmentWorker(thread));
      thread.postMessage({ kind: 'close' } satisfies ToSegmentWorker);
      resolve({ refused: message.kind === 'refused' ? refusalText(provider, message.reason) : message.kind });
    });
  });
}

function refusalText(provider: ProviderName, reason: string): string {
  const complaint = loaderComplaint(provider);
  return oneLine(complaint === null ? reason : `${reason} (${complaint})`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

interface Waiting {
  readonly tile: Tile;
  readonly resolve: (scores: TileScores) => void;
  readonly reject: (error: Error) => void;
}

/** One thread with one session; one tile at a time. */
class SegmentWorker {
  readonly #thread: Worker;
  #current: Waiting | null = null;
  #lastId = 0;

  constructor(thread: Worker) {
    this.#thread = thread;
    thread.on('message', (message: FromSegmentWorker) => this.#hear(message));
    thread.on('error', (error) => this.#fail(error instanceof Error ? error.message : String(error)));
    thread.on('exit', (code) => this.#fail(`the worker ended with code ${code}`));
    thread.unref();
  }

  get isFree(): boolean {
    return this.#current === null;
  }

  run(waiting: Waiting): void {
    this.#current = waiting;
    this.#lastId += 1;
    this.#thread.ref();
    // A copy by name: `slice` of a Node Buffer is a view, and what sharp gives cannot be transferred.
    const rgb = new Uint8Array(waiting.tile.rgb);
    this.#thread.postMessage({ ...waiting.tile, rgb, kind: 'tile', id: this.#lastId } satisfies ToSegmentWorker, [
      rgb.buffer,
    ]);
  }

  onFree: () => void = () => undefined;

  async close(): Promise<void> {
    if (this.#current !== null) await new Promise<void>((resolve) => (this.onFree = resolve));
    const ended = new Promise<void>((resolve) => this.#thread.once('exit', () => resolve()));
    this.#thread.ref();
    this.#thread.postMessage({ kind: 'close' } satisfies ToSegmentWorker);
    await ended;
  }

  #hear(message: FromSegmentWorker): void {
    if (message.kind === 'failed') return this.#fail(message.reason);
    if (message.kind !== 'scores' || message.id !== this.#lastId) return;
    const waiting = this.#current;
    this.#current = null;
    this.#thread.unref();
    waiting?.resolve(message);
    this.onFree();
  }

  #fail(reason: string): void {
    const waiting = this.#current;
    this.#current = null;
    waiting?.reject(
      new KerfError('INSPECT_MODEL_FAILED', `The model failed on a tile: ${oneLine(reason)}.`, { fault: 'device' }),
    );
    this.onFree();
  }
}

class SegmenterPool implements Segmenter {
  readonly provider: Segmenter['provider'];
  readonly concurrent: number;
  readonly #workers: readonly SegmentWorker[];
  readonly #line: Waiting[] = [];
  #closing: Promise<void> | null = null;

  constructor(workers: readonly SegmentWorker[], provider: Segmenter['provider']) {
    this.#workers = workers;
    this.provider = provider;
    this.concurrent = workers.length;
    for (const worker of workers) worker.onFree = () => this.#next();
  }

  segment(tile: Tile): Promise<TileScores> {
    if (this.#closing)
      return Promise.reject(
        new KerfError('INSPECT_SEGMENTER_CLOSED', 'The segmenter was closed.', { fault: 'device' }),
      );
    return new Promise((resolve, reject) => {
      this.#line.push({ tile, resolve, reject });
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

  #next(): void {
    const worker = this.#workers.find((w) => w.isFree);
    const waiting = worker ? this.#line.shift() : undefined;
    if (worker && waiting) worker.run(waiting);
  }
}
