import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { Pack } from './load-pack.node.ts';
import { loaderComplaint, loaderRefusal } from './provider-libraries.node.ts';
import { absence, PROVIDERS, providerOrder } from './providers.node.ts';
import type { ProviderName } from './providers.node.ts';
import { oneLine, SegmenterPool, SegmentWorker } from './segmenter-pool.node.ts';
import type { FromSegmentWorker, SegmentWorkerData, ToSegmentWorker } from './segment.worker.node.ts';
import type { Segmenter } from './segmenter.ts';

export interface SegmenterOptions {
  /** 'auto' takes the first that works of CUDA, DirectML, WebGPU, CPU as far as this build of the runtime has them. */
  readonly provider?: ProviderName | 'auto' | undefined;
  /** The named provider or none: no falling back. */
  readonly isStrict?: boolean | undefined;
  /** Sessions side by side on the CPU, each on one thread; default: one a core, at most 4. */
  readonly workers?: number | undefined;
  /** A thread that gives no answer to a tile for so long is replaced; default 7 s, so that the next one is at work within
   *  10. */
  readonly hangMs?: number | undefined;
  /** Another worker's entry, for tests. */
  readonly entry?: URL | undefined;
}

const HANG_MS = 7000;

/** Opens a pool of worker threads, one ONNX session each, on the best provider that takes the model. What refused, and
 *  in which words, stands in `provider.why`.
 *  @throws KerfError INSPECT_PROVIDER_REFUSED (fault device) when strict and the named provider refuses,
 *  INSPECT_PACK_NOT_RUNNABLE (fault input) when even the CPU refuses the model */
export async function openSegmenter(pack: Pack, options: SegmenterOptions = {}): Promise<Segmenter> {
  const wanted = providerOrder(options.provider ?? 'auto');
  const isNamed = options.provider !== undefined && options.provider !== 'auto';
  const refusals: string[] = [];
  let hasRefused = false;
  for (const name of wanted) {
    const absent = isNamed ? null : absence(name);
    if (absent !== null) {
      refusals.push(`${PROVIDERS[name].title} ${absent}`);
      continue;
    }
    const start = () => startWorker(pack, name, options);
    const first = await start();
    if (first instanceof SegmentWorker) {
      const count = name === 'cpu' ? (options.workers ?? Math.min(4, availableParallelism())) : 1;
      const rest = await Promise.all(Array.from({ length: count - 1 }, start));
      const workers = [first, ...rest.filter((w) => w instanceof SegmentWorker)];
      const why = [...refusals, `${PROVIDERS[name].title} took the model`].join('; ');
      return new SegmenterPool(workers, { used: name, wanted, why, fellBack: hasRefused }, start);
    }
    hasRefused = true;
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
function startWorker(
  pack: Pack,
  provider: ProviderName,
  options: SegmenterOptions,
): Promise<SegmentWorker | { readonly refused: string }> {
  const refused = loaderRefusal(provider);
  if (refused !== null) return Promise.resolve({ refused });
  return new Promise((resolve) => {
    const data: SegmentWorkerData = {
      twice: { model: pack.model, short: pack.short },
      once: pack.once ?? null,
      provider,
      threads: 1,
      input: pack.card.input.name,
      scores: pack.card.output.scores,
      doubt: pack.card.output.doubt,
    };
    const thread = new Worker(options.entry ?? new URL('./segment.worker.node.ts', import.meta.url), {
      workerData: data,
    });
    const fail = (error: unknown) => resolve({ refused: error instanceof Error ? error.message : String(error) });
    const failExit = (code: number) => fail(`the worker ended with code ${code}`);
    thread.once('error', fail);
    thread.once('exit', failExit);
    thread.once('message', (message: FromSegmentWorker) => {
      // One by one: removeAllListeners would take the worker's own listeners with it, and no message came any more.
      thread.off('error', fail);
      thread.off('exit', failExit);
      if (message.kind === 'ready') return resolve(new SegmentWorker(thread, options.hangMs ?? HANG_MS));
      thread.postMessage({ kind: 'close' } satisfies ToSegmentWorker);
      resolve({ refused: message.kind === 'refused' ? refusalText(provider, message.reason) : message.kind });
    });
  });
}

function refusalText(provider: ProviderName, reason: string): string {
  const complaint = loaderComplaint(provider);
  return oneLine(complaint === null ? reason : `${reason} (${complaint})`);
}
