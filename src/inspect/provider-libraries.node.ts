import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Why a provider cannot even be loaded here, in the system loader's own words; null where only a try can tell.
 *  Asked first, because the runtime and Dawn would write the reason to stderr, past every log setting, and throw
 *  an error without it. */
export function loaderRefusal(provider: string): string | null {
  if (process.platform !== 'linux') return null;
  if (provider === 'webgpu') return loaderWords('libvulkan.so.1');
  if (provider !== 'cuda') return null;
  const absent = cudaLibraries().find((path) => !existsSync(path));
  return absent === undefined ? null : loaderWords(absent);
}

/** What the loader says of the provider's library once the runtime has failed on it; null where it has no complaint.
 *  Not to be asked before: a library that loads would run its start-up code without the runtime's. */
export function loaderComplaint(provider: string): string | null {
  if (process.platform !== 'linux' || provider !== 'cuda') return null;
  const last = cudaLibraries().at(-1);
  return last === undefined ? null : loaderWords(last);
}

function cudaLibraries(): string[] {
  const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')), '..', 'bin');
  if (!existsSync(bin)) return [];
  const [abi] = readdirSync(bin);
  return ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'].map((name) =>
    join(bin, abi ?? '', process.platform, process.arch, name),
  );
}

/** Node has no other door to the loader; a library that loads is refused by Node afterwards, as it is no add-on. */
function loaderWords(library: string): string | null {
  try {
    process.dlopen({ exports: {} }, library);
    return null;
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    return /did not self-register/i.test(words) ? null : words;
  }
}
