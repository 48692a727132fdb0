import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import op from 'onnx-proto';
import ort from 'onnxruntime-node';
import { KerfError } from '#domain/kerf-error.ts';
import { firstWord, type OpenOptions } from './first-word.node.ts';
import { loaderRefusal } from './provider-libraries.node.ts';
import type { SegmentWorkerData, ToSegmentWorker } from './segment.worker.node.ts';

/** ONNX Runtime's names, best first. */
export const PROVIDERS = {
  cuda: { title: 'CUDA' },
  dml: { title: 'DirectML' },
  webgpu: { title: 'WebGPU' },
  cpu: { title: 'CPU' },
} as const;
export type ProviderName = keyof typeof PROVIDERS;

const names = Object.keys(PROVIDERS) as ProviderName[];

/** The providers to try, in order; the CPU is always the last. A named one is tried even where this build of the
 *  runtime does not know it: its refusal then says so.
 *  @throws KerfError INSPECT_PROVIDER_UNKNOWN */
export function providerOrder(wish: string): ProviderName[] {
  if (wish === 'auto') {
    const known = new Set(ort.listSupportedBackends().map((b: { name: string }) => b.name));
    return names.filter((n) => n === 'cpu' || known.has(n));
  }
  const name = names.find((n) => n === wish);
  if (name === undefined)
    throw new KerfError(
      'INSPECT_PROVIDER_UNKNOWN',
      `Execution provider "${wish}" is not known. Expected auto, ${names.join(', ')}.`,
      { details: { provider: wish } },
    );
  return name === 'cpu' ? ['cpu'] : [name, 'cpu'];
}

/** Why a provider cannot be here, seen without loading it, or null. Asked only where nobody named the provider: loading
 *  one that is not there costs a second and lets its libraries write to stderr. */
export function absence(name: ProviderName): string | null {
  switch (name) {
    case 'cuda': {
      const binding = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')), '../bin/napi-v6');
      const file = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
      const isThere = existsSync(join(binding, process.platform, process.arch, file));
      return isThere ? null : `not tried: ${file} is not installed with onnxruntime-node`;
    }
    case 'webgpu':
      return process.platform !== 'linux' || existsSync('/dev/dri')
        ? null
        : 'not tried: no graphics device (/dev/dri is not there)';
    case 'dml':
    case 'cpu':
      return null;
  }
}

export interface ProviderProbe {
  readonly name: ProviderName;
  readonly title: string;
  readonly isAvailable: boolean;
  /** The loader's own words where it refused. */
  readonly reason: string;
}

export interface ProbeOptions extends OpenOptions {
  /** Another worker's entry, for tests. */
  readonly entry?: URL | undefined;
}

/** Tries every execution provider on a model of one node, for `kerf doctor`. One that says nothing for `openMs` is not there.
 *  @throws the signal's reason when aborted */
export async function probeProviders(options: ProbeOptions = {}): Promise<ProviderProbe[]> {
  const model = smallestModel();
  const probes: ProviderProbe[] = [];
  for (const name of names) {
    options.signal?.throwIfAborted();
    const reason = await probe(name, model, options);
    probes.push({ name, title: PROVIDERS[name].title, isAvailable: reason === null, reason: reason ?? 'works' });
  }
  return probes;
}

async function probe(provider: ProviderName, model: Uint8Array, options: ProbeOptions): Promise<string | null> {
  const refused = loaderRefusal(provider);
  if (refused !== null) return refused;
  const data: SegmentWorkerData = {
    ...{ twice: { model }, once: null, provider, threads: 1, input: 'x', scores: 'y', doubt: 'y', classCount: 1 },
    // One node, and the named provider has to do it.
    cpuNodes: provider === 'cpu' ? 'allowed' : 'refused',
  };
  const thread = new Worker(options.entry ?? new URL('./segment.worker.node.ts', import.meta.url), {
    workerData: data,
  });
  const word = await firstWord(thread, options);
  if (word.kind !== 'said') return word.reason;
  thread.postMessage({ kind: 'close' } satisfies ToSegmentWorker);
  return word.message.kind === 'refused' ? word.message.reason.replaceAll(/\s+/g, ' ').trim() : null;
}

function smallestModel(): Uint8Array {
  const value = (name: string) => ({ name, type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 1 }] } } } });
  const model = op.onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'probe',
      node: [{ opType: 'Identity', name: 'n', input: ['x'], output: ['y'] }],
      input: [value('x')],
      output: [value('y')],
    },
  });
  return op.onnx.ModelProto.encode(model).finish();
}
