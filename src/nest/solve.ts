import { KerfError } from '#domain/kerf-error.ts';
import type { Layout, NestResult } from '#domain/nest-result.ts';
import { encodeProblem } from './encode-problem.ts';
import type { StartPlacement } from './encode-problem.ts';
import type { NestProblem } from './nest-problem.ts';
import type { SearchOutcome, SearchReport, Solver } from './solver.ts';

export interface NestOptions {
  readonly solver: Solver;
  /** Wall time of the search; 10 when neither is given. */
  readonly seconds?: number;
  /** Instead of seconds: the same problem, seed, threads and evaluations give the same result, byte for byte. */
  readonly evaluations?: number;
  /** Default 1. */
  readonly threads?: number;
  /** Default 1. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Each better layout, verified, at most ten a second. */
  readonly onProgress?: (progress: NestProgress) => void;
  /** Layouts to start from: what is still allowed of them stays where it is while the rest is placed again. */
  readonly start?: readonly Layout[];
}

export interface NestProgress {
  readonly value: number;
  readonly seconds: number;
  readonly evaluations: number;
  readonly layouts: readonly Layout[];
}

const DEFAULT_SECONDS = 10;

/** Nests a problem (see `readProblem`). Resolves with the best layout found, whole or not; also when `signal` aborts
 *  (`stopped: 'aborted'`, within 50 ms).
 *  @throws KerfError NEST_BUDGET_REFUSED, and what the solver refuses (NEST_LOCKED_PIECE_INVALID, NEST_UNSUPPORTED_…) */
export async function solveNest(problem: NestProblem, options: NestOptions): Promise<NestResult> {
  const { solver, threads = 1, seed = 1, signal, onProgress, start = [] } = options;
  const budget = budgetOf(options);
  const outcome = await solver.search(encodeProblem(problem, startPlacements(problem, start)), {
    ...budget,
    threads,
    seed,
    signal: signal ?? null,
    onReport: (report) => {
      const { value, seconds, evaluations } = report;
      onProgress?.({ value, seconds, evaluations, layouts: layoutsOf(problem, report) });
    },
  });
  return {
    kerf: 1,
    layouts: layoutsOf(problem, outcome),
    unplaced: unplacedOf(problem, outcome),
    stopped: outcome.stopped,
    objective: {
      kind: problem.objective,
      value: outcome.value,
      bound: boundOf(problem, outcome),
    },
    seconds: outcome.seconds,
    seed,
    threads,
    trace: traceOf(outcome),
  };
}

function budgetOf({ seconds, evaluations, threads = 1, seed = 1 }: NestOptions) {
  const refuse = (what: string, value: number, expected: string): never => {
    throw new KerfError('NEST_BUDGET_REFUSED', `${what}: found ${value}, expected ${expected}.`, { details: { what } });
  };
  if (seconds !== undefined && !(seconds >= 0 && seconds <= 1e6)) refuse('seconds', seconds, '0 to 1000000');
  if (evaluations !== undefined && !(Number.isInteger(evaluations) && evaluations >= 0 && evaluations <= 2 ** 53)) {
    refuse('evaluations', evaluations, 'a whole number of at least 0');
  }
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 256)) refuse('threads', threads, '1 to 256');
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= 2 ** 53)) refuse('seed', seed, 'a whole number of at least 0');
  return evaluations === undefined
    ? { seconds: seconds ?? DEFAULT_SECONDS, evaluations: null }
    : { seconds: null, evaluations };
}

function boundOf(problem: NestProblem, { value, bound }: SearchOutcome): number {
  // Stopped before areas were known: the most that the objective can be at all.
  return Math.max(value, bound ?? (problem.objective === 'sheets' ? 2 : 1));
}

const STRIDE = 7;

/** One layout for each sheet in use, in the order of the stock; a strip is one, with its width. */
function layoutsOf(problem: NestProblem, report: SearchReport): Layout[] {
  const byBay = new Map<string, { material: number; copy: number; placements: Layout['placements'][number][] }>();
  for (let k = 0; k < report.placements.length; k += STRIDE) {
    const [sheet, copy, piece, x, y, rotation, mirrored] = report.placements.subarray(
      k,
      k + STRIDE,
    ) as Iterable<number> as number[];
    const key = `${sheet!}/${copy!}`;
    const bay = byBay.get(key) ?? { material: sheet!, copy: copy!, placements: [] };
    byBay.set(key, bay);
    bay.placements.push({ piece: piece!, x: x!, y: y!, rotation: rotation!, mirrored: mirrored === 1 });
  }
  const bays = [...byBay.values()].sort((a, b) => a.material - b.material || a.copy - b.copy);
  const isStrip = problem.objective === 'strip';
  return bays.map(({ material, placements }) => ({
    material,
    placements,
    ...(isStrip ? { width: report.width } : {}),
  }));
}

function unplacedOf(problem: NestProblem, outcome: SearchOutcome): NestResult['unplaced'] {
  const placed = new Array<number>(problem.pieces.length).fill(0);
  for (let k = 0; k < outcome.placements.length; k += STRIDE) placed[outcome.placements[k + 2]!]! += 1;
  return problem.pieces.flatMap((piece, k) => {
    const count = piece.quantity - placed[k]!;
    const reason = outcome.fitsAlone[k] === 1 ? 'NEST_NO_ROOM_LEFT' : 'NEST_PIECE_EXCEEDS_SHEETS';
    return count > 0 ? [{ piece: k, count, reason }] : [];
  });
}

function traceOf({ trace }: SearchOutcome): NestResult['trace'] {
  const steps = [];
  for (let k = 0; k < trace.length; k += 3) {
    steps.push({ seconds: trace[k]!, evaluations: trace[k + 1]!, value: trace[k + 2]! });
  }
  return steps;
}

function startPlacements(problem: NestProblem, layouts: readonly Layout[]): StartPlacement[] {
  const copies = new Map<number, number>();
  return layouts.flatMap((layout) => {
    const copy = copies.get(layout.material) ?? 0;
    copies.set(layout.material, copy + 1);
    const isKnown = problem.objective === 'strip' || layout.material < problem.sheets.length;
    return layout.placements
      .filter((p) => isKnown && p.piece < problem.pieces.length)
      .map((p) => ({ ...p, sheet: layout.material, copy }));
  });
}
