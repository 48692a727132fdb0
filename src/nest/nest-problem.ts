import type { Region, Ring } from '#domain/ring.ts';

/** A nesting problem made ready for a solver: one unit of length, defaults filled in, pairs drawn, names gone. Positions
 *  are those of the file. Foreign files keep their own unit; Kerf's own problem is in mm. */
export interface NestProblem {
  readonly objective: 'strip' | 'sheets' | 'value' | 'kits';
  /** 0 without a strip. */
  readonly stripHeight: number;
  readonly spacing: number;
  readonly kits: readonly NestKit[];
  readonly pieces: readonly NestPiece[];
  readonly sheets: readonly NestSheet[];
}

export interface NestKit {
  readonly id: string;
  readonly quantity: number;
  readonly isOneSheet: boolean;
  /** Shades under the pieces of one kit are at most that far apart (ΔE2000); null: any. */
  readonly deltaE: number | null;
}

/** The colour of a part of a sheet, in L*a*b*. */
export interface Shade {
  readonly lab: readonly [number, number, number];
  readonly shape: Region;
}

/** A least or given quality, and where: `quality` replaces what is said elsewhere. */
export interface QualityZone {
  readonly quality: number;
  readonly shape: Region;
}

export interface NestPiece {
  /** For messages: the id, or the position in a foreign file. */
  readonly name: string;
  /** All that are ordered: of a kit's piece, over all kits. */
  readonly quantity: number;
  readonly quality: number;
  readonly mayMirror: boolean;
  readonly priority: number;
  /** null: the area in cm². */
  readonly value: number | null;
  /** Position in `kits` and how many one kit takes. */
  readonly kit: { readonly kit: number; readonly each: number } | null;
  /** Position of the piece whose mirror image this one is. */
  readonly pairOf: number | null;
  readonly spacing: number;
  readonly commonLine: boolean;
  /** `centreDoubt`: how far off another reader of its curves may find its centre; none without curves. */
  readonly grain: { readonly angle: number; readonly tolerance: number; readonly centreDoubt?: number } | null;
  /** null: any. */
  readonly rotations: readonly { readonly angle: number; readonly tolerance: number }[] | null;
  readonly shape: Region;
  readonly zones: readonly QualityZone[];
}

export interface NestSheet {
  readonly name: string;
  readonly quantity: number;
  /** null: no quality is too low outside the zones (foreign files). */
  readonly baseQuality: number | null;
  readonly cost: number;
  readonly margin: number;
  readonly isGrainDirected: boolean;
  readonly grain: readonly { readonly x: number; readonly y: number; readonly angle: number }[];
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  readonly zones: readonly QualityZone[];
  readonly shades: readonly Shade[];
  readonly locked: readonly NestPlacement[];
}

/** As in a nest result; `piece` is a position. */
export interface NestPlacement {
  readonly piece: number;
  readonly x: number;
  readonly y: number;
  readonly rotation: number;
  readonly mirrored: boolean;
}

/** The quality of a piece that no zone satisfies: foreign files' pieces without one need the best everywhere. */
export const ASKS_FOR_THE_BEST = 1_000_000;

/** Strips of no height have no search, and no judge could tell what lies on one of a millionth of a unit. */
export const LEAST_STRIP_HEIGHT = 1e-6;
