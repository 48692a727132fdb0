/** Hand-written face of native/napi/src/lib.rs; test/nest/native-solver.test.ts holds the two together. */

export interface NativeBudget {
  seconds?: number;
  evaluations?: number;
  threads: number;
  seed: number;
  isStopped: boolean;
  record?: Float64Array;
}

export interface NativeReport {
  done: boolean;
  edition: number;
  value: number;
  width: number;
  seconds: number;
  evaluations: number;
  placements: Float64Array;
  stopped?: string;
  trace?: Float64Array;
  bound?: number;
  boundBy?: string;
  fitsAlone?: Float64Array;
  record?: Float64Array;
  start?: Float64Array;
  errorCode?: string;
  errorMessage?: string;
}

export declare class NativeSearch {
  private constructor();
  static start(problem: Float64Array, budget: NativeBudget, onReport: (report: NativeReport) => void): NativeSearch;
  change(problem: Float64Array): number | null;
  cancel(): void;
}
