import { flattenPath } from '#geometry/flatten-path.ts';
import { cleanRing } from '#geometry/clean-ring.ts';
import { pointsInRing } from '#geometry/point-in-ring.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { findSelfCrossing } from '#geometry/self-crossing.ts';
import { BEST_QUALITY, bestQuality, LEATHER_GRADING } from '#domain/grading.ts';
import type { Grading } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { MOST_THICKNESS } from '#domain/material.ts';
import type { Order, Piece } from '#domain/problem.ts';
import { flatRing } from '#domain/ring.ts';
import type { Ring } from '#domain/ring.ts';

/** How errors name a piece: "order.pieces[3]" in JSON, "row 5" in CSV. */
export interface OrderPlaces {
  /** The file's name. */
  readonly where: string;
  piece(index: number): string;
  kit(index: number): string;
}

export function jsonPlaces(where: string): OrderPlaces {
  return { where, piece: (k) => `order.pieces[${k}]`, kit: (k) => `order.kits[${k}]` };
}

/** What the schema cannot say of an order: ids, pairs, kits, grades, quantities, and outlines that can be cut. The order
 *  is in mm. O(n log n) in the vertices of each outline.
 *  @throws KerfError ORDERS_… with file, path, found and expected of the first fault */
export function checkOrder(order: Order, places: OrderPlaces, grading: Grading = LEATHER_GRADING): void {
  const refuse: Refuse = (code, at, found, expected, details = {}) => {
    throw new KerfError(code, `${places.where}: ${at}: found ${found}, expected ${expected}.`, {
      details: { where: places.where, path: at, ...details },
    });
  };
  const { thickness = 0 } = order;
  if (thickness > MOST_THICKNESS)
    refuse('ORDERS_THICKNESS_INVALID', 'thickness', `${thickness} mm`, `0 to ${MOST_THICKNESS} mm`, { thickness });
  const byId = new Map<string, Piece>();
  for (const [k, piece] of order.pieces.entries()) {
    if (byId.has(piece.id)) {
      refuse('ORDERS_ID_TWICE', `${places.piece(k)}.id`, `"${piece.id}" again`, 'an id of its own', {
        piece: piece.id,
      });
    }
    byId.set(piece.id, piece);
  }
  checkKits(order, places, refuse);
  for (const [k, piece] of order.pieces.entries()) {
    const at = places.piece(k);
    if (piece.quantity === 0) {
      const expected = 'at least 1 (take the piece out, or say how many)';
      refuse('ORDERS_QUANTITY_ZERO', `${at}.quantity`, '0', expected, { piece: piece.id });
    }
    checkGrades(piece, at, grading, refuse);
    if (typeof piece.mirror === 'object') checkPair(piece, piece.mirror.pairOf, byId, at, refuse);
    else checkShape(piece, at, refuse);
  }
}

/** The order with the best of the scale stated where a piece asks for nothing: what nests and shows it takes the best of
 *  the leather scale for that. On that scale the order stays as it is. */
export function withBestStated(order: Order, grading: Grading = LEATHER_GRADING): Order {
  const quality = bestQuality(grading);
  if (quality === BEST_QUALITY) return order;
  return { ...order, pieces: order.pieces.map((piece) => ({ ...piece, quality: piece.quality ?? quality })) };
}

type Refuse = (
  code: string,
  at: string,
  found: string,
  expected: string,
  details?: Readonly<Record<string, string | number>>,
) => never;

function checkKits(order: Order, places: OrderPlaces, refuse: Refuse): void {
  const kits = new Set<string>();
  for (const [k, kit] of (order.kits ?? []).entries()) {
    if (kits.has(kit.id)) refuse('ORDERS_ID_TWICE', `${places.kit(k)}.id`, `"${kit.id}" again`, 'an id of its own');
    kits.add(kit.id);
    if (kit.quantity === 0) {
      refuse(
        'ORDERS_QUANTITY_ZERO',
        `${places.kit(k)}.quantity`,
        '0',
        'at least 1 (take the kit out, or say how many)',
      );
    }
    if (!order.pieces.some((piece) => piece.kit === kit.id)) {
      refuse('ORDERS_KIT_EMPTY', places.kit(k), `kit "${kit.id}" without a piece`, `pieces with "kit": "${kit.id}"`);
    }
  }
  for (const [k, piece] of order.pieces.entries()) {
    if (piece.kit !== undefined && !kits.has(piece.kit)) {
      refuse('ORDERS_UNKNOWN_KIT', `${places.piece(k)}.kit`, `"${piece.kit}"`, `the id of an entry of kits`);
    }
  }
  if (order.objective === 'kits' && kits.size === 0) {
    refuse('ORDERS_KIT_EMPTY', 'order.kits', 'none', 'at least one, for the objective "kits"');
  }
  if (order.objective === 'strip' && order.stripHeight === undefined) {
    refuse('ORDERS_STRIP_WITHOUT_HEIGHT', 'order.stripHeight', 'nothing', 'the height of the strip');
  }
}

function checkGrades(piece: Piece, at: string, grading: Grading, refuse: Refuse): void {
  const known = grading.grades.map((grade) => grade.quality);
  const scale = grading.grades.map((grade) => `${grade.name} = ${grade.quality}`).join(', ');
  const stated: [string, number | undefined][] = [
    [`${at}.quality`, piece.quality],
    ...(piece.zones ?? []).map((zone, z): [string, number] => [`${at}.zones[${z}].quality`, zone.quality]),
  ];
  for (const [path, quality] of stated) {
    if (quality !== undefined && !known.includes(quality)) {
      refuse('ORDERS_UNKNOWN_GRADE', path, String(quality), `a grade of "${grading.id}" (${scale})`, { quality });
    }
  }
}

function checkPair(piece: Piece, twinOf: string, byId: ReadonlyMap<string, Piece>, at: string, refuse: Refuse): void {
  const drawn = byId.get(twinOf);
  const path = `${at}.mirror.pairOf`;
  if (!drawn || drawn === piece) {
    return refuse('ORDERS_UNKNOWN_PAIR', path, `"${twinOf}"`, 'the id of another piece of this order');
  }
  if (typeof drawn.mirror === 'object') {
    refuse('ORDERS_UNKNOWN_PAIR', path, `"${twinOf}", itself a pair of another`, 'a piece with an outline of its own');
  }
  for (const key of ['outline', 'path', 'holes', 'zones'] as const) {
    if (piece[key] !== undefined && piece[key].length > 0) {
      refuse('ORDERS_PAIR_DIFFERS', `${at}.${key}`, 'a shape', `none: "${piece.id}" is "${twinOf}" mirrored`);
    }
  }
  if (piece.quantity !== undefined && piece.quantity !== (drawn.quantity ?? 1)) {
    const expected = `${drawn.quantity ?? 1}, as many as of "${twinOf}"`;
    refuse('ORDERS_PAIR_DIFFERS', `${at}.quantity`, String(piece.quantity), expected);
  }
  if (piece.kit !== undefined && piece.kit !== drawn.kit) {
    refuse('ORDERS_PAIR_DIFFERS', `${at}.kit`, `"${piece.kit}"`, `the kit of "${twinOf}" (${drawn.kit ?? 'none'})`);
  }
}

function checkShape(piece: Piece, at: string, refuse: Refuse): void {
  if ((piece.outline === undefined) === (piece.path === undefined)) {
    const found = piece.outline === undefined ? 'neither outline nor path' : 'both outline and path';
    refuse('ORDERS_OUTLINE_MISSING', at, found, 'one of the two', { piece: piece.id });
  }
  const outline =
    piece.path === undefined
      ? checkRing(piece.outline!, { at: `${at}.outline`, piece, refuse })
      : checkRing(figure(piece.path, `${at}.path`, refuse), { at: `${at}.path`, piece, refuse });
  for (const [h, hole] of (piece.holes ?? []).entries()) {
    const ring = checkRing(hole, { at: `${at}.holes[${h}]`, piece, refuse });
    const out = pointsInRing(outline, ring).indexOf('outside');
    if (out < 0) continue;
    const found = `a point outside the piece at ${point(ring[2 * out]!, ring[2 * out + 1]!)}`;
    refuse('ORDERS_HOLE_OUTSIDE', `${at}.holes[${h}]`, found, 'a hole inside the outline', { piece: piece.id });
  }
  for (const [z, zone] of (piece.zones ?? []).entries()) {
    checkRing(zone.outline, { at: `${at}.zones[${z}].outline`, piece, refuse });
    for (const [h, hole] of (zone.holes ?? []).entries()) {
      checkRing(hole, { at: `${at}.zones[${z}].holes[${h}]`, piece, refuse });
    }
  }
}

function figure(path: string, at: string, refuse: Refuse): Ring {
  try {
    return flattenPath(path).points;
  } catch (error) {
    if (error instanceof KerfError && error.code === 'GEOMETRY_PATH_REFUSED') {
      return refuse('ORDERS_PATH_REFUSED', at, error.message.replace(/\.$/, ''), 'SVG path data of one closed figure');
    }
    throw error;
  }
}

function checkRing(
  points: Ring,
  { at, piece, refuse }: { readonly at: string; readonly piece: Piece; readonly refuse: Refuse },
): Float64Array {
  const ring = cleanRing(flatRing(points));
  const details = { piece: piece.id };
  const met = findSelfCrossing(ring);
  // A bow tie encloses nothing either, but that it crosses itself is what helps.
  if (met?.kind !== 'crosses' && (ring.length < 6 || ringArea(ring) === 0)) {
    refuse('ORDERS_OUTLINE_WITHOUT_AREA', at, 'a ring without area', 'at least three points round an area', details);
  }
  if (met) {
    const verb = met.kind === 'crosses' ? 'crosses' : 'touches';
    const found = `a ring that ${verb} itself at ${point(met.x, met.y)} (sides ${met.sides[0]} and ${met.sides[1]})`;
    const expected = `a simple ring: redraw piece "${piece.id}" there`;
    refuse('ORDERS_OUTLINE_CROSSES_ITSELF', at, found, expected, { ...details, x: met.x, y: met.y });
  }
  return ring;
}

function point(x: number, y: number): string {
  return `(${Number(x.toFixed(3))}, ${Number(y.toFixed(3))})`;
}
