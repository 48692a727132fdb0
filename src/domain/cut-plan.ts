import type { CutStepKind } from './machine.ts';
import type { Ring } from './ring.ts';

/** One contour the machine follows, in table mm (the profile's toMachine is applied when the file is written). */
export interface CutStep {
  readonly kind: CutStepKind;
  /** Position of the piece in the order; steps of one placement share `placement`. */
  readonly piece: number;
  readonly placement: number;
  readonly tool: number;
  readonly points: Ring;
  readonly isClosed: boolean;
}

export interface CutLabel {
  readonly placement: number;
  readonly text: string;
  readonly at: readonly [number, number];
}

/** What is cut, in order: everything inside a piece before its outline, also other pieces that lie in its holes, then the
 *  nearest next. */
export interface CutPlan {
  readonly machine: string;
  readonly sheet: Ring;
  readonly sheetHoles: readonly Ring[];
  readonly steps: readonly CutStep[];
  readonly labels: readonly CutLabel[];
  readonly cutLength: number;
  readonly travelLength: number;
  readonly seconds: number;
}
