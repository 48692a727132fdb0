import { boundProofs, type LayoutView } from '#api/views.ts';
import { BEST_QUALITY } from '#domain/grading.ts';
import type { NestResult, Placement } from '#domain/nest-result.ts';
import type { Piece, Problem, Sheet } from '#domain/problem.ts';
import { flatRing, pointsOf } from '#domain/ring.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { pieceShape, type PieceShape } from '#geometry/piece-shape.ts';
import { regionArea } from '#geometry/ring-area.ts';
import { regionCentroid } from '#geometry/ring-centroid.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';
import { placeRing } from '#geometry/transform-ring.ts';
import { ringPerimeter } from '#geometry/ring-perimeter.ts';
import { allowedTurns } from './allowed-turns.ts';
import { layoutFacts, type FactsOf } from './layout-facts.ts';
import { isSamePlace } from './same-place.ts';

/** Curves on a screen; finer than a finger or a pixel can tell. */
const SCREEN_TOLERANCE = 0.5;
const NO_RING = new Float64Array();

/** One problem's shapes, flattened once, from which every layout of its search is drawn. */
export interface DrawableProblem {
  readonly pieces: readonly {
    readonly id: string;
    readonly label: string;
    readonly kit: string | null;
    readonly quality: number;
    readonly shape: PieceShape;
    readonly areaMm2: number;
    /** Of its outline and holes. */
    readonly rimLength: number;
    readonly piece: Piece;
    readonly drawn: Piece;
  }[];
  readonly sheet: Sheet | null;
  readonly spacing: number;
  readonly sheetAreaMm2: number;
  /** Placements that the sheets hold locked. */
  readonly locked: NonNullable<Sheet['locked']>;
  readonly facts: FactsOf;
}

export function drawableProblem(problem: Problem): DrawableProblem {
  const inMm = inMillimetres(problem);
  const { pieces, sheets, spacing } = inMm;
  return {
    pieces: pieces.map((piece, index) => {
      const shape = pieceShape(pieces, index, SCREEN_TOLERANCE);
      return {
        id: piece.id,
        label: piece.label ?? piece.id,
        kit: piece.kit ?? null,
        quality: piece.quality ?? BEST_QUALITY,
        shape,
        areaMm2: regionArea(shape.outline, shape.holes),
        rimLength: [shape.outline, ...shape.holes].reduce((sum, ring) => sum + ringPerimeter(ring), 0),
        piece,
        drawn: pieces.find((p) => p.id === pairOf(piece)) ?? piece,
      };
    }),
    sheet: sheets?.[0] ?? null,
    spacing: spacing ?? 0,
    sheetAreaMm2: (sheets ?? []).reduce((sum, sheet) => sum + sheetArea(sheet), 0),
    facts: layoutFacts(inMm),
    locked: (sheets ?? []).flatMap((sheet) => sheet.locked ?? []),
  };
}

export interface LayoutNames {
  readonly job: string;
  /** Of the inspection that it was made for. */
  readonly inspectionSha256: string | null;
  /** Of the layout's bytes. */
  readonly sha256: string;
  readonly isFinal: boolean;
}

/** A layout ready to draw, in table mm: rounded to 1 µm, which halves what travels to the windows. */
export function layoutView(
  problem: DrawableProblem,
  result: NestResult,
  { job, inspectionSha256, sha256, isFinal }: LayoutNames,
): LayoutView {
  const placements = result.layouts.flatMap((layout) => layout.placements);
  const outlines = placements.map((p) => placeRing(problem.pieces[p.piece]?.shape.outline ?? NO_RING, p));
  const isHeld = heldPlacements(problem, placements);
  const placedArea = placements.reduce((sum, p) => sum + (problem.pieces[p.piece]?.areaMm2 ?? 0), 0);
  return {
    job,
    inspectionSha256,
    // Nothing to cut: no hash to approve.
    sha256: placements.length > 0 ? sha256 : null,
    isFinal,
    pieces: placements.flatMap((p, placement) => {
      const piece = problem.pieces[p.piece];
      if (!piece) return [];
      const outline = outlines[placement]!;
      const at = regionCentroid(outline);
      return [
        {
          placement,
          piece: p.piece,
          id: piece.id,
          label: piece.label,
          kit: piece.kit,
          quality: piece.quality,
          outline: rounded(outline),
          holes: piece.shape.holes.map((hole) => rounded(placeRing(hole, p))),
          isLocked: isHeld.has(placement),
          x: p.x,
          y: p.y,
          rotation: p.rotation,
          mirrored: p.mirrored,
          turns: problem.sheet
            ? allowedTurns(piece.piece, piece.drawn, problem.sheet, { mirrored: p.mirrored, at })
            : null,
        },
      ];
    }),
    spacing: problem.spacing,
    margin: problem.sheet?.margin ?? 0,
    pieceCount: placements.length,
    ...problem.facts.of(placements, outlines),
    cutLength: Math.round(placements.reduce((sum, p) => sum + (problem.pieces[p.piece]?.rimLength ?? 0), 0)),
    unplaced: result.unplaced.map(({ piece, count, reason }) => ({
      id: problem.pieces[piece]?.id ?? String(piece),
      count,
      reason,
    })),
    nestedYieldBp: yieldBp(placedArea, problem.sheetAreaMm2),
    value: result.objective.value,
    bound: result.objective.bound,
    boundBy: isFinal ? provedBy(result.objective) : null,
    seconds: result.seconds,
    trace: result.trace.map(({ seconds, value }) => ({
      seconds,
      nestedYieldBp: yieldBp(value * orderedArea(result, problem), problem.sheetAreaMm2),
    })),
  };
}

/** A share of the order has the whole order for its bound where nothing less is proved. */
function provedBy({ kind, bound, boundBy }: NestResult['objective']): LayoutView['boundBy'] {
  if ((kind === 'value' || kind === 'kits') && bound >= 1) return 'order';
  return boundProofs.find((known) => known === boundBy) ?? null;
}

function pairOf({ mirror }: Piece): string | null {
  return typeof mirror === 'object' ? mirror.pairOf : null;
}

/** Nested yield: area of placed pieces over the sheet's net area, basis points. */
function yieldBp(areaMm2: number, sheetAreaMm2: number): number {
  return sheetAreaMm2 > 0 ? Math.min(10000, Math.round((10000 * areaMm2) / sheetAreaMm2)) : 0;
}

/** Area that a value of 1 stands for. Exact where value is area, the default; elsewhere the trace shows the trend. */
function orderedArea(result: NestResult, problem: DrawableProblem): number {
  const placed = result.layouts
    .flatMap((l) => l.placements)
    .reduce((sum, p) => sum + (problem.pieces[p.piece]?.areaMm2 ?? 0), 0);
  return result.objective.value > 0 ? placed / result.objective.value : 0;
}

function sheetArea(sheet: Sheet): number {
  const quantity = sheet.quantity ?? 1;
  return quantity * regionArea(flatRing(sheet.outline), (sheet.holes ?? []).map(flatRing));
}

function rounded(ring: Float64Array): [number, number][] {
  return pointsOf(ring).map(([x, y]) => [roundToThousandth(x), roundToThousandth(y)]);
}

/** The placements that are locks, each lock once. A running search that took a lock has it where the piece lay in the
 *  list, not in front. */
function heldPlacements({ pieces, locked }: DrawableProblem, placements: readonly Placement[]): Set<number> {
  const held = new Set<number>();
  for (const lock of locked) {
    const at = placements.findIndex(
      (p, k) =>
        !held.has(k) &&
        pieces[p.piece]?.id === lock.piece &&
        isSamePlace(p, { ...lock, rotation: lock.rotation ?? 0, mirrored: lock.mirrored ?? false }),
    );
    if (at >= 0) held.add(at);
  }
  return held;
}
