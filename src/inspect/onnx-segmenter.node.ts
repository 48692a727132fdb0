import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import { firstWord, type OpenOptions } from './first-word.node.ts';
import type { Pack } from './load-pack.node.ts';
import { loaderComplaint, loaderRefusal } from './provider-libraries.node.ts';
import { absence, PROVIDERS, providerOrder } from './providers.node.ts';
import type { ProviderName } from './providers.node.ts';
import { oneLine, SegmenterPool, SegmentWorker } from './segmenter-pool.node.ts';
import type { SegmentWorkerData, ToSegmentWorker } from './segment.worker.node.ts';
import type { Segmenter } from './segmenter.ts';

export interface SegmenterOptions extends OpenOptions {
  /** 'auto' takes the first that works of CUDA, DirectML, WebGPU, CPU as far as this build of the runtime has them. */
  readonly provider?: ProviderName | 'auto' | undefined;
  /** The named provider or none: no falling back, not even of parts of the model to the CPU. */
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
 *  in which words, stands in `provider.why`; one that says nothing for `openMs` has refused, and its thread is ended.
 *  @throws KerfError INSPECT_PROVIDER_REFUSED (fault device) when strict and the named provider refuses,
 *  INSPECT_PACK_NOT_RUNNABLE (fault input) when even the CPU refuses the model, INSPECT_OPEN_TIMED_OUT (fault device) when that
 *  says nothing; the signal's reason when aborted */
export async function openSegmenter(pack: Pack, options: SegmenterOptions = {}): Promise<Segmenter> {
  options.signal?.throwIfAborted();
  const wanted = providerOrder(options.provider ?? 'auto');
  const isNamed = options.provider !== undefined && options.provider !== 'auto';
  const refusals: string[] = [];
  let hasRefused = false;
  let isSilent = false;
  for (const name of wanted) {
    const absent = isNamed ? null : absence(name);
    if (absent !== null) {
      refusals.push(`${PROVIDERS[name].title} ${absent}`);
      continue;
    }
    // Threads that take the place of others later on are not the opener's any more.
    const start = (signal?: AbortSignal) => startWorker(pack, name, { ...options, signal });
    const first = await start(options.signal);
    if (first instanceof SegmentWorker) {
      const count = name === 'cpu' ? (options.workers ?? Math.min(4, availableParallelism())) : 1;
      const rest = await Promise.allSettled(Array.from({ length: count - 1 }, () => start(options.signal)));
      const opened = rest.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []));
      const workers = [first, ...opened.filter((w) => w instanceof SegmentWorker)];
      if (options.signal?.aborted) await Promise.all(workers.map((w) => w.close()));
      options.signal?.throwIfAborted();
      const took = `${PROVIDERS[name].title} took the model${first.isPartlyCpu ? ', but for parts of it, which run on the CPU' : ''}`;
      const why = [...refusals, took].join('; ');
      return new SegmenterPool(workers, { used: name, wanted, why, fellBack: hasRefused }, () => start());
    }
    hasRefused = true;
    isSilent = first.isSilent ?? false;
    refusals.push(`${PROVIDERS[name].title} refused: ${first.refused}`);
    if (options.isStrict === true) break;
  }
  const isTriedOut = refusals.length === wanted.length && wanted.at(-1) === 'cpu';
  if (isTriedOut && isSilent)
    throw new KerfError(
      'INSPECT_OPEN_TIMED_OUT',
      `${pack.dir}: the model did not open. ${refusals.join('; ')}. See to memory and load of this machine, then try again.`,
      { fault: 'device', details: { pack: pack.card.id } },
    );
  if (isTriedOut)
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
async function startWorker(
  pack: Pack,
  provider: ProviderName,
  options: SegmenterOptions,
): Promise<SegmentWorker | { readonly refused: string; readonly isSilent?: boolean }> {
  const refused = loaderRefusal(provider);
  if (refused !== null) return { refused };
  const data: SegmentWorkerData = {
    twice: { model: pack.model, short: pack.short },
    once: pack.once ?? null,
    provider,
    threads: 1,
    cpuNodes: provider === 'cpu' ? 'allowed' : 'told',
    input: pack.card.input.name,
    scores: pack.card.output.scores,
    doubt: pack.card.output.doubt,
    classCount: pack.card.classes.length,
  };
  const thread = new Worker(options.entry ?? new URL('./segment.worker.node.ts', import.meta.url), {
    workerData: data,
  });
  const word = await firstWord(thread, options);
  if (word.kind === 'ended') return { refused: word.reason };
  if (word.kind === 'silent') return { refused: word.reason, isSilent: true };
  const { message } = word;
  if (message.kind === 'ready') return new SegmentWorker(thread, options.hangMs ?? HANG_MS, message.isPartlyCpu);
  thread.postMessage({ kind: 'close' } satisfies ToSegmentWorker);
  return { refused: message.kind === 'refused' ? refusalText(provider, message.reason) : message.kind };
}

function refusalText(provider: ProviderName, reason: string): string {
  const complaint = loaderComplaint(provider);
  return oneLine(complaint === null ? reason : `${reason} (${complaint})`);
}
