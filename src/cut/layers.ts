import { assertNever } from '#domain/kerf-error.ts';
import type { CutStepKind } from '#domain/machine.ts';

export type CutLayer = 'DRAW' | 'NOTCH' | 'DRILL' | 'INNER' | 'OUTER';

/** The layer (DXF) or group (SVG) that a step is written to: a contract with the cutters. */
export function layerOfStep(kind: CutStepKind): CutLayer {
  switch (kind) {
    case 'draw':
      return 'DRAW';
    case 'notch':
      return 'NOTCH';
    case 'drill':
      return 'DRILL';
    case 'inner':
      return 'INNER';
    case 'outer':
      return 'OUTER';
    default:
      return assertNever(kind);
  }
}
