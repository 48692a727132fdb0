import type { KerfError } from '#domain/kerf-error.ts';

/** The port that a solver stands behind; `native-solver.node.ts` implements it over the Rust core. */
export interface Solver {
  /** Starts at once, off this thread. Resolves also when `signal` aborts (`stopped: 'aborted'`, the best so far).
   *  @throws KerfError NEST_… when the problem cannot be searched at all */
  search(problem: Float64Array, options: SearchOptions): Promise<SearchOutcome>;
  /** As `search`, with the running search in hand. */
  start(problem: Float64Array, options: SearchOptions): RunningSearch;
}

export interface RunningSearch {
  readonly outcome: Promise<SearchOutcome>;
  /** Puts another problem, with as many sheets and kinds of piece, in place of the present one; what it still allows of
   *  the best layout is kept. Answers with the edition that has it, or null when the search has ended.
   *  @throws KerfError NEST_… when it cannot be read */
  change(problem: Float64Array): number | null;
}

export interface SearchOptions {
  /** Exactly one of the two is not null. */
  readonly seconds: number | null;
  readonly evaluations: number | null;
  readonly threads: number;
  readonly seed: number;
  readonly signal: AbortSignal | null;
  /** What an earlier search by time of this problem, seed and start met (`SearchOutcome.record`): it is gone again, and each
   *  of its layouts reported, better or not. */
  readonly record: Float64Array | null;
  readonly onReport: (report: SearchReport) => void;
  /** A change that cannot be: the search goes on without it. */
  readonly onRefused?: (edition: number, error: KerfError) => void;
}

export interface SearchReport {
  /** How many changes of the problem are in it. */
  readonly edition: number;
  readonly value: number;
  readonly width: number;
  readonly seconds: number;
  readonly evaluations: number;
  /** Seven numbers each: sheet, copy, piece, x, y, rotation, mirrored. */
  readonly placements: Float64Array;
}

export interface SearchOutcome extends SearchReport {
  readonly stopped: 'complete' | 'time' | 'evaluations' | 'aborted';
  /** Five numbers each: seconds, evaluations, value, strategy, start of the race. */
  readonly trace: Float64Array;
  /** No layout has a greater value; null when the search was stopped before areas were known. */
  readonly bound: number | null;
  /** What proves it (docs/contracts.md, "Nest result"); null without a bound. */
  readonly boundBy: string | null;
  /** 1 where a piece of the kind fits an empty sheet. */
  readonly fitsAlone: Float64Array;
  /** What a search by time met, since its last change; null for others. */
  readonly record: Float64Array | null;
  /** Placements that it began with, seven numbers each. */
  readonly start: Float64Array;
}
