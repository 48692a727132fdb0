import type { LayoutView } from '#api/views.ts';
import type { LockedPiece } from '#domain/arrangement.ts';
import type { Inspection } from '#domain/inspection.ts';
import { flatRing, pointsOf, type Point, type Ring } from '#domain/ring.ts';
import { wrapAngle } from '#geometry/angle-between.ts';
import { isFreePlace, nearestFreeShift, surroundings, type Surroundings } from '#geometry/free-place.ts';
import { regionCentroid } from '#geometry/ring-centroid.ts';
import { transformRing, type Pose } from '#geometry/transform-ring.ts';

/** What a hand does with placed pieces, checked in the page so that a collision is felt at once. The station's judge has
 *  the last word: here outlines are flattened for the screen, and a piece's own softer zones are not known. */

export type PlacedPiece = LayoutView['pieces'][number];

/** Outlines on the screen err by up to half a millimetre each (layout-view.ts): a place that is given away keeps this
 *  much more than the gap, one that is only felt may have it less, mm. */
const FLATTENED = 0.6;
/** How far a piece slides to a free place, mm. */
const REACH = 180;
const SWAP_REACH = 60;
/** Turn of a piece that may lie at any angle, degrees. */
const FREE_TURN = 45;

export interface Table {
  readonly layout: LayoutView;
  readonly inspection: Inspection;
}

/** What the piece keeps off, without those that move with it. */
export function surroundingsOf(
  { layout, inspection }: Table,
  piece: PlacedPiece,
  without: ReadonlySet<number>,
): Surroundings {
  const { sheet } = inspection;
  const margin = sheet.margin ?? layout.margin;
  return surroundings(flatRing(sheet.outline), margin, [
    ...(sheet.holes ?? []).map((ring) => ({ ring: flatRing(ring), gap: margin })),
    ...(sheet.zones ?? [])
      .filter((zone) => zone.quality !== undefined && zone.quality < piece.quality)
      .map((zone) => ({ ring: flatRing(zone.outline), gap: 0 })),
    ...layout.pieces
      .filter((other) => other.placement !== piece.placement && !without.has(other.placement))
      .map((other) => ({ ring: flatRing(other.outline), gap: layout.spacing })),
  ]);
}

/** The piece where the hand holds it. */
export interface Held {
  readonly piece: PlacedPiece;
  /** Whether it may lie there. */
  readonly isFree: boolean;
  /** Where it goes when it is let go; null: back where it was. */
  readonly landing: PlacedPiece | null;
}

/** @param by the way of the finger, mm */
export function heldPiece(around: Surroundings, piece: PlacedPiece, by: Point): Held {
  const moved = shifted(piece, by);
  const ring = flatRing(moved.outline);
  const slide = nearestFreeShift(ring, around, REACH, -FLATTENED);
  return { piece: moved, isFree: isFreePlace(ring, around, FLATTENED), landing: slide && shifted(moved, slide) };
}

/** The piece turned about its middle to its next allowed angle, slid to where it fits; null where it does not. */
export function turnedPiece(table: Table, piece: PlacedPiece): PlacedPiece | null {
  const around = surroundingsOf(table, piece, new Set());
  for (const angle of nextTurns(piece)) {
    const turned = turnedTo(piece, angle);
    const slide = nearestFreeShift(flatRing(turned.outline), around, REACH, -FLATTENED);
    if (slide) return shifted(turned, slide);
  }
  return null;
}

/** Both pieces, each about where the other lay; null where that does not go. */
export function swappedPieces(table: Table, one: PlacedPiece, other: PlacedPiece): readonly PlacedPiece[] | null {
  const both = new Set([one.placement, other.placement]);
  const first = laidAt(one, middleOf(other), surroundingsOf(table, one, both));
  if (!first) return null;
  const withFirst = {
    ...table,
    layout: { ...table.layout, pieces: table.layout.pieces.map((p) => (p === one ? first : p)) },
  };
  const second = laidAt(other, middleOf(one), surroundingsOf(withFirst, other, new Set()));
  return second && [first, second];
}

function laidAt(piece: PlacedPiece, at: Point, around: Surroundings): PlacedPiece | null {
  const here = middleOf(piece);
  for (const angle of [piece.rotation, ...nextTurns(piece)]) {
    const turned = shifted(turnedTo(piece, angle), [at[0] - here[0], at[1] - here[1]]);
    const slide = nearestFreeShift(flatRing(turned.outline), around, SWAP_REACH, -FLATTENED);
    if (slide) return shifted(turned, slide);
  }
  return null;
}

/** Angles after the one that the piece has, in their order. */
function nextTurns({ turns, rotation }: PlacedPiece): readonly number[] {
  const all = turns ?? Array.from({ length: 360 / FREE_TURN }, (_, i) => wrapAngle(rotation + i * FREE_TURN));
  const after = (turn: number) => (wrapAngle(turn - rotation) < 0.01 ? 360 : wrapAngle(turn - rotation));
  return [...all].sort((a, b) => after(a) - after(b)).filter((turn) => after(turn) < 359.99);
}

/** Turned about its middle, which stays where it is. */
function turnedTo(piece: PlacedPiece, rotation: number): PlacedPiece {
  const radians = ((rotation - piece.rotation) * Math.PI) / 180;
  const [c, s] = [Math.cos(radians), Math.sin(radians)];
  const [mx, my] = middleOf(piece);
  return underPose(piece, { a: c, b: s, c: -s, d: c, x: mx - c * mx + s * my, y: my - s * mx - c * my }, rotation);
}

function shifted(piece: PlacedPiece, [x, y]: Point): PlacedPiece {
  return x === 0 && y === 0 ? piece : underPose(piece, { a: 1, b: 0, c: 0, d: 1, x, y }, piece.rotation);
}

function underPose(piece: PlacedPiece, pose: Pose, rotation: number): PlacedPiece {
  const move = (ring: Ring): Ring => pointsOf(transformRing(flatRing(ring), pose));
  return {
    ...piece,
    outline: [...move(piece.outline)],
    holes: piece.holes.map((hole) => [...move(hole)]),
    x: pose.a * piece.x + pose.c * piece.y + pose.x,
    y: pose.b * piece.x + pose.d * piece.y + pose.y,
    rotation: wrapAngle(rotation),
  };
}

function middleOf(piece: PlacedPiece): Point {
  return regionCentroid(flatRing(piece.outline));
}

/** All locks of a layout, with these pieces locked where they now lie. */
export function locksWith(layout: LayoutView, changed: readonly PlacedPiece[]): readonly LockedPiece[] {
  const isChanged = (p: PlacedPiece) => changed.some((c) => c.placement === p.placement);
  return [...layout.pieces.filter((p) => p.isLocked && !isChanged(p)), ...changed].map(lockOf);
}

/** All locks of a layout but this piece's. */
export function locksWithout(layout: LayoutView, piece: PlacedPiece): readonly LockedPiece[] {
  return layout.pieces.filter((p) => p.isLocked && p.placement !== piece.placement).map(lockOf);
}

/** A layout without any copy of this piece of the order. */
export function withoutPiece(layout: LayoutView, id: string): LayoutView {
  return { ...layout, pieces: layout.pieces.filter((p) => p.id !== id) };
}

function lockOf({ id, x, y, rotation, mirrored }: PlacedPiece): LockedPiece {
  return { piece: id, x, y, rotation, mirrored };
}
