import type { JudgedPiece } from './validate-problem.ts';
import { isFiniteNumber, isRecord, refuse } from './validate-refuse.ts';

/** Farther out the clipper's integers end, and what it says is no judgement. */
const FARTHEST = 1e8;

export interface JudgedPlacement {
  readonly piece: number;
  readonly x: number;
  readonly y: number;
  readonly rotation: number;
  readonly mirrored: boolean;
}

export interface ClaimedLayout {
  readonly material: unknown;
  readonly placements: readonly unknown[];
  readonly width: number | null;
}

export interface ClaimedResult {
  /** Layouts with at least one placement; empty ones count for nothing. */
  readonly layouts: readonly ClaimedLayout[];
  readonly objective: { readonly kind: unknown; readonly value: unknown } | null;
}

/** Reads what a nest result claims; keys that are not judged are not looked at.
 *  @throws KerfError NEST_CHECK_UNREADABLE when it is no nest result at all */
export function readResult(document: unknown): ClaimedResult {
  if (!isRecord(document)) return refuse('result', document, 'an object');
  const { layouts, objective } = document;
  if (!Array.isArray(layouts)) return refuse('result.layouts', layouts, 'a list');
  const claimed = layouts.map((layout: unknown, k): ClaimedLayout => {
    if (!isRecord(layout)) return refuse(`result.layouts[${k}]`, layout, 'an object');
    const { placements, material, width } = layout;
    if (!Array.isArray(placements)) return refuse(`result.layouts[${k}].placements`, placements, 'a list');
    return { material, placements, width: isFiniteNumber(width) ? width : null };
  });
  const isClaimed = isRecord(objective) && objective['value'] !== undefined && objective['value'] !== null;
  return {
    layouts: claimed.filter((layout) => layout.placements.length > 0),
    objective: isClaimed ? { kind: objective['kind'], value: objective['value'] } : null,
  };
}

/** A placement that can be judged, or why it cannot. */
export function readPlacement(v: unknown, pieces: readonly JudgedPiece[]): JudgedPlacement | string {
  if (!isRecord(v)) return `${JSON.stringify(v)} is no placement`;
  const { piece, x, y, rotation = 0, mirrored = false } = v;
  if (!isPosition(piece, pieces.length)) return `no piece ${JSON.stringify(piece)}`;
  if (!isFiniteNumber(x) || !isFiniteNumber(y) || !isFiniteNumber(rotation))
    return 'x, y or rotation is not a finite number';
  if (Math.max(Math.abs(x), Math.abs(y)) > FARTHEST) return 'x or y lies beyond anything that could be cut';
  if (typeof mirrored !== 'boolean') return `mirrored is ${JSON.stringify(mirrored)}, neither true nor false`;
  return { piece, x, y, rotation, mirrored };
}

export function isPosition(v: unknown, count: number): v is number {
  return typeof v === 'number' && Number.isInteger(v) && v >= 0 && v < count;
}
