import { createRequire } from 'node:module';
import { KerfError } from '#domain/kerf-error.ts';
import type { NativeReport, NativeSearch } from '../../native/kerf-native.d.ts';
import type { RunningSearch, SearchOptions, SearchOutcome, Solver } from './solver.ts';

interface NativeModule {
  readonly NativeSearch: typeof NativeSearch;
}

const BINARY = '../../native/kerf-native.node';

/** The Rust solver. The only importer of `native/`. `binary` is relative to this file.
 *  @throws KerfError NEST_SOLVER_MISSING when its binary cannot be loaded, with the loader's reason as cause */
export function openNativeSolver(binary = BINARY): Solver {
  const native = load(binary);
  const start = (problem: Float64Array, options: SearchOptions) => startSearch(native, problem, options);
  return { start, search: (problem, options) => start(problem, options).outcome };
}

function load(binary: string): NativeModule {
  try {
    return createRequire(import.meta.url)(binary) as NativeModule;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw new KerfError(
      'NEST_SOLVER_MISSING',
      `no native solver for ${process.platform}-${process.arch}: ${reason}. Build it by "node native/build.mjs" (needs Rust 1.85 or later).`,
      { fault: 'device', details: { platform: process.platform, arch: process.arch }, cause },
    );
  }
}

/** Long enough to be no load, short enough that nothing depends on it. */
const KEEP_ALIVE_MS = 60_000;

function startSearch(native: NativeModule, problem: Float64Array, options: SearchOptions): RunningSearch {
  const { seconds, evaluations, threads, seed, signal, record, onReport, onRefused } = options;
  const budget = {
    ...(seconds === null ? {} : { seconds }),
    ...(evaluations === null ? {} : { evaluations }),
    threads,
    seed,
    isStopped: signal?.aborted ?? false,
    ...(record === null ? {} : { record }),
  };
  let running: NativeSearch | null = null;
  const outcome = new Promise<SearchOutcome>((resolve, reject) => {
    // The native callback is weak: without this Node would end while a search is awaited.
    const keepAlive = setInterval(() => undefined, KEEP_ALIVE_MS);
    // Held by this closure: the search ends when JavaScript drops its object.
    const cancel = () => running?.cancel();
    running = native.NativeSearch.start(problem, budget, (report) => {
      const error = report.errorCode === undefined ? null : new KerfError(report.errorCode, report.errorMessage ?? '');
      if (!report.done) return error ? onRefused?.(report.edition, error) : onReport(report);
      clearInterval(keepAlive);
      signal?.removeEventListener('abort', cancel);
      if (error) reject(error);
      else resolve(outcomeOf(report));
    });
    signal?.addEventListener('abort', cancel, { once: true });
  });
  const change = (changed: Float64Array): number | null => {
    try {
      return running?.change(changed) ?? null;
    } catch (cause) {
      throw refusal(cause);
    }
  };
  return { outcome, change };
}

/** What the native door throws, as an error of ours where its words begin with a code. */
function refusal(cause: unknown): unknown {
  const [, code, message] = /^([A-Z]+(?:_[A-Z]+)+): (.*)$/s.exec(cause instanceof Error ? cause.message : '') ?? [];
  return code === undefined ? cause : new KerfError(code, message ?? '', { cause });
}

function outcomeOf(report: NativeReport): SearchOutcome {
  const none = new Float64Array();
  return {
    edition: report.edition,
    value: report.value,
    width: report.width,
    seconds: report.seconds,
    evaluations: report.evaluations,
    placements: report.placements,
    stopped: (report.stopped ?? 'aborted') as SearchOutcome['stopped'],
    trace: report.trace ?? none,
    bound: report.bound ?? null,
    boundBy: report.boundBy ?? null,
    fitsAlone: report.fitsAlone ?? none,
    record: report.record ?? null,
    start: report.start ?? none,
  };
}
