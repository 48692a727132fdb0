import type { Layout, NestResult } from '#domain/nest-result.ts';
import type { NestProblem } from './nest-problem.ts';
import type { SearchOutcome, SearchReport } from './solver.ts';

/** The nest result of docs/contracts.md from what a search ended with. */
export function assembleResult(
  problem: NestProblem,
  outcome: SearchOutcome,
  { seed, threads }: { readonly seed: number; readonly threads: number },
): NestResult {
  return {
    kerf: 1,
    layouts: layoutsOf(problem, outcome),
    unplaced: unplacedOf(problem, outcome),
    stopped: outcome.stopped,
    objective: { kind: problem.objective, value: outcome.value, ...boundOf(problem, outcome) },
    seconds: outcome.seconds,
    seed,
    threads,
    trace: traceOf(outcome),
  };
}

function boundOf(problem: NestProblem, { value, bound, boundBy }: SearchOutcome): { bound: number; boundBy?: string } {
  // Stopped before areas were known: the most that the objective can be at all.
  if (bound === null) return { bound: Math.max(value, problem.objective === 'sheets' ? 2 : 1) };
  return { bound: Math.max(value, bound), ...(boundBy === null ? {} : { boundBy }) };
}

const STRIDE = 7;

/** One layout for each sheet in use, in the order of the stock; a strip is one, with its width. */
export function layoutsOf(problem: NestProblem, report: SearchReport): Layout[] {
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
    // Ended before anything was tried: nothing is known to exceed the sheets.
    const reason = outcome.fitsAlone[k] === 0 ? 'NEST_PIECE_EXCEEDS_SHEETS' : 'NEST_NO_ROOM_LEFT';
    return count > 0 ? [{ piece: k, count, reason }] : [];
  });
}

/** The strategies that race, in the order of `By` in native/core/src/hub.rs. */
const STRATEGIES = ['construct', 'search', 'shrink', 'squeeze', 'close', 'exchange'] as const;
const STEP = 5;

function traceOf({ trace }: SearchOutcome): NestResult['trace'] {
  const steps = [];
  for (let k = 0; k < trace.length; k += STEP) {
    const [seconds, evaluations, value] = trace.subarray(k, k + 3) as Iterable<number> as [number, number, number];
    const by = STRATEGIES[trace[k + 3]!];
    const start = trace[k + 4]!;
    steps.push({ seconds, evaluations, value, ...(by ? { by } : {}), ...(start > 0 ? { start } : {}) });
  }
  return steps;
}
