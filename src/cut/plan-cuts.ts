import type { CutLabel, CutPlan, CutStep } from '#domain/cut-plan.ts';
import type { CutStepKind, Machine } from '#domain/machine.ts';
import type { Layout } from '#domain/nest-result.ts';
import type { Order, Sheet } from '#domain/problem.ts';
import { flatRing, pointsOf } from '#domain/ring.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import type { PieceShape } from '#geometry/piece-shape.ts';
import { regionCentroid } from '#geometry/ring-centroid.ts';
import { lineLength, ringPerimeter } from '#geometry/ring-perimeter.ts';
import { poseOf, transformPoint, transformRing } from '#geometry/transform-ring.ts';
import type { Pose } from '#geometry/transform-ring.ts';
import { compensateKerf } from './compensate-kerf.ts';
import { parkingPlace } from './machine-frame.ts';
import { notchLine } from './notch-line.ts';
import { refuseClosePieces } from './refuse-close-pieces.ts';
import type { LaidPiece } from './refuse-close-pieces.ts';
import { tourPieces } from './tour-pieces.ts';
import type { Contour, PieceCuts } from './tour-pieces.ts';

/** How far a cut may leave the curve of a piece's `path`, mm. Twice this would use up the 0.02 mm within which a cut file
 *  must read back as the layout. */
const CUT_TOLERANCE = 0.008;

/** The way of the knife over one layout, in table mm: per piece first what is drawn on it, its notches, drills and holes,
 *  then its outline, so that nothing is cut in a piece that is loose; pieces that lie in its holes come before it; pieces in
 *  the order of a short tour (nearest next, then 2-opt and Or-opt), each contour from the vertex that is nearest.
 *  `layout.placements` name pieces by their position in `order.pieces`; the order is in mm. Every contour comes exactly once.
 *  @throws KerfError CUT_NO_TOOL, CUT_NO_SUCH_PIECE, CUT_KERF_TOO_WIDE, CUT_PIECES_TOO_CLOSE, CUT_PROFILE_NOT_RIGID,
 *  GEOMETRY_… */
export function planCuts(layout: Layout, order: Pick<Order, 'pieces'>, sheet: Sheet, machine: Machine): CutPlan {
  const tools = toolsOf(machine);
  const shapes = new Map<number, Shapes>();
  const shapesOf = (piece: number) => {
    const known = shapes.get(piece) ?? cutShapes(order.pieces, piece, machine);
    shapes.set(piece, known);
    return known;
  };
  const laid: LaidPiece[] = [];
  const labels: CutLabel[] = [];
  const pieces: PieceCuts[] = layout.placements.map((move, placement) => {
    const piece = order.pieces[move.piece];
    if (!piece) {
      const found = `placement ${placement} of piece ${move.piece}`;
      throw new KerfError(
        'CUT_NO_SUCH_PIECE',
        `layout: found ${found}, expected a position in the order's ${order.pieces.length} pieces.`,
        { details: { placement, piece: move.piece } },
      );
    }
    const { drawn, cut: shape } = shapesOf(move.piece);
    const pose = poseOf(move);
    const rings = [drawn.outline, ...drawn.holes].map((ring) => transformRing(ring, pose));
    laid.push({ id: piece.id, rings, isCurved: drawn.isCurved });
    labels.push({
      placement,
      text: piece.label ?? piece.id,
      at: transformPoint(regionCentroid(shape.outline, shape.holes), pose),
    });
    for (const mark of shape.marks) {
      if (mark.kind !== 'text') continue;
      const at = transformPoint([mark.points[0]!, mark.points[1]!], pose);
      labels.push({ placement, text: mark.text ?? '', at });
    }
    return { inner: innerContours(shape, pose), outline: transformRing(shape.outline, pose) };
  });
  if (machine.kerfWidth > 0) refuseClosePieces(laid, machine.kerfWidth);
  const park = parkingPlace(machine);
  const tour = tourPieces(pieces, park);
  const steps: CutStep[] = tour.map(({ placement, contour }) => {
    const { kind, points, isClosed } = contour;
    const tool = tools.get(kind);
    if (!tool) throw noTool(machine, kind, order.pieces[layout.placements[placement]!.piece]!.id);
    return {
      kind,
      piece: layout.placements[placement]!.piece,
      placement,
      tool: tool.id,
      points: pointsOf(points),
      isClosed,
    };
  });
  return {
    machine: machine.id,
    sheet: sheet.outline,
    sheetHoles: sheet.holes ?? [],
    steps,
    labels,
    ...effort(steps, machine, tools, park),
  };
}

interface Shapes {
  readonly drawn: PieceShape;
  /** Moved out by what the tool takes away. */
  readonly cut: PieceShape;
}

function cutShapes(pieces: Order['pieces'], piece: number, machine: Machine): Shapes {
  const drawn = pieceShape(pieces, piece, CUT_TOLERANCE);
  if (machine.kerfWidth === 0) return { drawn, cut: drawn };
  const { id } = pieces[piece]!;
  const cut = {
    ...drawn,
    outline: compensateKerf(drawn.outline, machine.kerfWidth, 'outer', id),
    holes: drawn.holes.map((hole) => compensateKerf(hole, machine.kerfWidth, 'inner', id)),
  };
  return { drawn, cut };
}

type Tool = Machine['tools'][number];

/** The first tool that does a kind of step does it. */
function toolsOf(machine: Machine): ReadonlyMap<CutStepKind, Tool> {
  const tools = new Map<CutStepKind, Tool>();
  for (const tool of machine.tools) for (const kind of tool.does) if (!tools.has(kind)) tools.set(kind, tool);
  return tools;
}

function noTool(machine: Machine, kind: CutStepKind, piece: string): KerfError {
  return new KerfError(
    'CUT_NO_TOOL',
    `machine "${machine.id}": found no tool that does "${kind}", which piece "${piece}" needs. ` +
      `Add "${kind}" to the "does" of a tool in the machine's profile.`,
    { details: { machine: machine.id, kind, piece } },
  );
}

function innerContours(shape: PieceShape, pose: Pose): Contour[] {
  const contours: Contour[] = [];
  for (const { kind, points } of shape.marks) {
    if (kind === 'text') continue;
    if (kind === 'drill') {
      for (const [x, y] of pointsOf(points)) contours.push(laid('drill', Float64Array.of(x, y), false));
    } else if (kind === 'notch' && points.length === 2) {
      contours.push(laid('notch', notchLine(shape.outline, points[0]!, points[1]!), false));
    } else contours.push(laid(kind, points, false));
  }
  for (const hole of shape.holes) contours.push(laid('inner', hole, true));
  return contours;

  function laid(kind: CutStepKind, points: Float64Array, isClosed: boolean): Contour {
    return { kind, points: transformRing(points, pose), isClosed };
  }
}

/** Lengths in mm and the time they take: pen-up travel at the machine's pace, contours at their tool's, and one piercing
 *  a contour. Acceleration is not counted. */
function effort(
  steps: readonly CutStep[],
  machine: Machine,
  tools: ReadonlyMap<CutStepKind, Tool>,
  park: readonly [number, number],
): Pick<CutPlan, 'cutLength' | 'travelLength' | 'seconds'> {
  let cutLength = 0;
  let travelLength = 0;
  let seconds = 0;
  let [x, y] = park;
  for (const step of steps) {
    const points = flatRing(step.points);
    const length = step.isClosed ? ringPerimeter(points) : lineLength(points);
    const travel = Math.hypot(points[0]! - x, points[1]! - y);
    [x, y] = step.isClosed ? [points[0]!, points[1]!] : [points[points.length - 2]!, points[points.length - 1]!];
    cutLength += length;
    travelLength += travel;
    seconds +=
      length / tools.get(step.kind)!.feedMmPerSecond + travel / machine.travelMmPerSecond + machine.pierceMs / 1000;
  }
  return { cutLength, travelLength, seconds };
}
