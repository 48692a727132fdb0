import { KerfError } from '#domain/kerf-error.ts';
import { PATH_TOLERANCE } from '#geometry/flatten-path.ts';
import { boundsMeet, ringBounds, type Bounds } from '#geometry/ring-bounds.ts';

/** A piece as it lies, as it was drawn. */
export interface LaidPiece {
  readonly id: string;
  /** Outline and holes, table mm. */
  readonly rings: readonly Float64Array[];
  /** Whether its outline follows curves: nesting knows them to PATH_TOLERANCE only. */
  readonly isCurved: boolean;
}

/** What a piece may lose to another's kerf, mm: rounding of layouts, far below what a beam holds. */
const LEAST_LOSS = 0.01;

/** Refuses pieces that lie closer to each other than the machine takes away, beside or in a hole: each loses to the
 *  other's cut what is lacking. O(n²) boxes, and the sides of neighbours that are near each other.
 *  @throws KerfError CUT_PIECES_TOO_CLOSE */
export function refuseClosePieces(pieces: readonly LaidPiece[], kerfWidth: number): void {
  const boxes = pieces.map(({ rings }) => ringBounds(...rings));
  const byLeft = [...pieces.keys()].sort((a, b) => boxes[a]!.minX - boxes[b]!.minX);
  let active: number[] = [];
  for (const k of byLeft) {
    active = active.filter((other) => boxes[other]!.maxX + kerfWidth >= boxes[k]!.minX);
    for (const other of active) {
      if (!boundsMeet(boxes[other]!, boxes[k]!, kerfWidth)) continue;
      const [first, second] = [Math.min(k, other), Math.max(k, other)];
      const [a, b] = [pieces[first]!, pieces[second]!];
      const gap = gapOf(sidesNear(a, boxes[second]!, kerfWidth), sidesNear(b, boxes[first]!, kerfWidth), kerfWidth);
      const slack = LEAST_LOSS + (a.isCurved ? PATH_TOLERANCE : 0) + (b.isCurved ? PATH_TOLERANCE : 0);
      if (kerfWidth - gap > slack) throw tooClose([first, second], [a.id, b.id], { kerfWidth, gap });
    }
    active.push(k);
  }
}

function tooClose(
  placements: readonly [number, number],
  ids: readonly [string, string],
  { kerfWidth, gap }: { readonly kerfWidth: number; readonly gap: number },
): KerfError {
  const lost = Math.round((kerfWidth - gap) * 1000) / 1000;
  return new KerfError(
    'CUT_PIECES_TOO_CLOSE',
    `placements ${placements.join(' and ')} (pieces "${ids[0]}" and "${ids[1]}"): found ${gap.toFixed(3)} mm between them, ` +
      `expected the kerf of ${kerfWidth} mm; each would lose ${lost} mm to the other's cut. ` +
      `Nest with a spacing of ${kerfWidth} mm or more and no common lines.`,
    {
      details: {
        placement: placements[0],
        piece: ids[0],
        other: placements[1],
        otherPiece: ids[1],
        gap,
        kerfWidth,
        lost,
      },
    },
  );
}

type Side = readonly [ax: number, ay: number, bx: number, by: number];

function sidesNear({ rings }: LaidPiece, box: Bounds, reach: number): Side[] {
  const sides: Side[] = [];
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const side: Side = [ring[j]!, ring[j + 1]!, ring[i]!, ring[i + 1]!];
      const isNear =
        Math.max(side[0], side[2]) >= box.minX - reach &&
        Math.min(side[0], side[2]) <= box.maxX + reach &&
        Math.max(side[1], side[3]) >= box.minY - reach &&
        Math.min(side[1], side[3]) <= box.maxY + reach;
      if (isNear) sides.push(side);
    }
  return sides;
}

/** The least distance between two sets of sides, or `reach` where it is more; 0 where they cross. */
function gapOf(a: readonly Side[], b: readonly Side[], reach: number): number {
  const left = (side: Side) => Math.min(side[0], side[2]);
  const sorted = [...b].sort((p, q) => left(p) - left(q));
  const widest = Math.max(0, ...b.map((side) => Math.abs(side[0] - side[2])));
  let least = reach;
  for (const side of a) {
    const right = Math.max(side[0], side[2]);
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (left(sorted[middle]!) < left(side) - widest - least) low = middle + 1;
      else high = middle;
    }
    for (let k = low; k < sorted.length && left(sorted[k]!) <= right + least; k += 1)
      least = Math.min(least, sideDistance(side, sorted[k]!));
    if (least === 0) return 0;
  }
  return least;
}

function sideDistance(p: Side, q: Side): number {
  const areCrossing = turn(p, q[0], q[1]) * turn(p, q[2], q[3]) < 0 && turn(q, p[0], p[1]) * turn(q, p[2], p[3]) < 0;
  if (areCrossing) return 0;
  return Math.min(toSide(p, q[0], q[1]), toSide(p, q[2], q[3]), toSide(q, p[0], p[1]), toSide(q, p[2], p[3]));
}

function turn([ax, ay, bx, by]: Side, x: number, y: number): number {
  return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
}

function toSide([ax, ay, bx, by]: Side, x: number, y: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const t = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
  return Math.hypot(ax + t * dx - x, ay + t * dy - y);
}
