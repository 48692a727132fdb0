import type { Lab } from '#domain/delta-e-2000.ts';

/** What the judge knows of a problem, whatever file it came from. Lengths are in the problem's unit (mm for Kerf's own).
 *  Nothing here is shared with a solver or its readers: an error in common code would hide. */

/** An area as flat rings `[x0, y0, …]`, outer ones counter-clockwise, holes clockwise: it winds +1 inside, 0 outside. */
export type Area = readonly Float64Array[];

export interface JudgedZone {
  readonly quality: number;
  readonly area: Area;
}

export interface JudgedPiece {
  readonly area: Area;
  readonly areaSize: number;
  /** How many are wanted in all. */
  readonly demand: number;
  /** Quality asked for where no zone is. */
  readonly base: number;
  readonly zones: readonly JudgedZone[];
  /** Allowed rotations with their tolerance; null: any. */
  readonly rotations: readonly { readonly angle: number; readonly tolerance: number }[] | null;
  readonly canMirror: boolean;
  readonly spacing: number;
  readonly isCommonLine: boolean;
  readonly grain: { readonly angle: number; readonly tolerance: number } | null;
  /** How far the outline may be off because its curves may be flattened. */
  readonly slack: number;
  readonly value: number;
  readonly perimeter: number;
}

export interface JudgedLock {
  readonly piece: number;
  readonly x: number;
  readonly y: number;
  readonly rotation: number;
  readonly mirrored: boolean;
}

export interface JudgedSheet {
  readonly outline: Area;
  readonly holes: readonly Area[];
  readonly zones: readonly JudgedZone[];
  /** Quality where neither zone nor hole is; null: it suits every piece. */
  readonly base: number | null;
  readonly margin: number;
  readonly grain: {
    readonly samples: readonly { readonly x: number; readonly y: number; readonly angle: number }[];
    readonly isDirected: boolean;
  } | null;
  readonly stock: number;
  readonly cost: number;
  readonly locked: readonly JudgedLock[];
  readonly shades: readonly { readonly lab: Lab; readonly area: Area }[];
}

export interface JudgedKit {
  readonly id: string;
  readonly quantity: number;
  readonly isOneSheet: boolean;
  readonly deltaE: number | null;
  /** Positions of its pieces, and how many of each one kit takes. */
  readonly pieces: readonly { readonly piece: number; readonly each: number }[];
}

export type ObjectiveKind = 'value' | 'kits' | 'sheets' | 'strip';

export interface JudgedProblem {
  /** 'own' problems are in mm, hence a step of at most 1 µm, and have an objective. */
  readonly kind: 'own' | 'foreign';
  readonly pieces: readonly JudgedPiece[];
  readonly sheets: readonly JudgedSheet[];
  readonly stripHeight: number | null;
  readonly spacing: number;
  readonly kits: readonly JudgedKit[];
  readonly objective: ObjectiveKind | null;
}

/** What "needs the best everywhere" is in a foreign file that names no quality. */
export const ABOVE_ALL = 1_000_000;
