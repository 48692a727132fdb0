/** The port that a solver stands behind; `native-solver.node.ts` implements it over the Rust core. */
export interface Solver {
  /** Starts at once, off this thread. Resolves also when `signal` aborts (`stopped: 'aborted'`, the best so far).
   *  @throws KerfError NEST_… when the problem cannot be searched at all */
  search(problem: Float64Array, options: SearchOptions): Promise<SearchOutcome>;
}

export interface SearchOptions {
  /** Exactly one of the two is not null. */
  readonly seconds: number | null;
  readonly evaluations: number | null;
  readonly threads: number;
  readonly seed: number;
  readonly signal: AbortSignal | null;
  readonly onReport: (report: SearchReport) => void;
}

export interface SearchReport {
  readonly value: number;
  readonly width: number;
  readonly seconds: number;
  readonly evaluations: number;
  /** Seven numbers each: sheet, copy, piece, x, y, rotation, mirrored. */
  readonly placements: Float64Array;
}

export interface SearchOutcome extends SearchReport {
  readonly stopped: 'complete' | 'time' | 'evaluations' | 'aborted';
  /** Three numbers each: seconds, evaluations, value. */
  readonly trace: Float64Array;
  /** No layout has a greater value; null when the search was stopped before areas were known. */
  readonly bound: number | null;
  /** 1 where a piece of the kind fits an empty sheet. */
  readonly fitsAlone: Float64Array;
}
