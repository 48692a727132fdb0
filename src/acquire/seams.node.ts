import { KerfError } from '#domain/kerf-error.ts';
import type { Scan } from '#domain/scan.ts';
import { residualOf } from './fit-lens.ts';
import { measureSeams, type RectifyOptions } from './rectify-table.node.ts';
import { reachPx, type Shift } from './patch-shift.ts';
import type { PlaneSource, SeamPair } from './rectify-jobs.ts';
import { seenIn } from './sample-plane.ts';
import type { Size } from './scan-limits.ts';

/** How far two pictures may lie apart in their overlap, mm: what lies on a seam is cut so much too long or too short. */
export const MOST_APART = 0.5;

/** Places that must be measured before their distance counts: one may sit on a moving shadow. */
const LEAST_PLACES = 4;

/** The same of the overlap of two pictures of many, where the middle of its places counts. */
const LEAST_OF_PAIR = 2;

/** Places that are tried for each pair of pictures. */
const PLACES = 40;

export interface Seam {
  /** 95 of 100 places of the overlaps, and the worst marker that two pictures show, mm; null: nothing there to measure. */
  readonly places: number | null;
  readonly markers: number | null;
  readonly placeCount: number;
  /** Places where both pictures show something, and nothing near is alike: not one of those that were measured. */
  readonly unlikeCount: number;
  /** Overlaps of two pictures, and those of them in which too little could be measured to judge them by themselves. */
  readonly pairCount: number;
  readonly unjudgedCount: number;
  /** For each pair where the first one's things lie in the second, the middle of its places, mm to the right and down; null:
   *  too few to tell. */
  readonly shifts: readonly (Shift | null)[];
}

/** The overlap of two pictures, by their places in the list. */
interface PairLook {
  readonly a: number;
  readonly b: number;
  readonly placeCount: number;
  readonly unlikeCount: number;
  /** The middle of its places, mm, the smaller one of two; null: too few to tell. */
  readonly apart: number | null;
  /** The same by direction. */
  readonly shift: Shift | null;
}

/** How far pictures lie apart where they overlap, by what both show: patches of their own texture, and the markers.
 *  `apart` are the distances of markers that two of them show. All places together are judged, and each pair of pictures by
 *  itself: one that slipped among forty is hardly one place in forty.
 *  @throws KerfError ACQUIRE_SEAMS_APART above half a millimetre, and where most places show different things */
export async function seamOf(
  sources: readonly PlaneSource[],
  pairs: readonly SeamPair[],
  mmPerPx: number,
  apart: readonly number[],
  options: RectifyOptions,
): Promise<Seam> {
  const all = pairs.length === 0 ? [] : await measureSeams({ sources, pairs, reach: reachPx(mmPerPx) }, options);
  const looks = pairs.map((pair, i) => lookAt(pair, all[i] ?? [], mmPerPx));
  const shifts = all.flat().map(far).filter(Number.isFinite);
  const unlikeCount = looks.reduce((sum, look) => sum + look.unlikeCount, 0);
  if (unlikeCount >= LEAST_PLACES && unlikeCount > shifts.length)
    throw unlike('The pictures', unlikeCount, unlikeCount + shifts.length);
  // Of two pictures alone that was all.
  const each = looks.length > 1 ? looks : [];
  const strange = each.find((look) => look.unlikeCount >= LEAST_OF_PAIR && look.unlikeCount > look.placeCount);
  if (strange) throw unlike(namesOf(strange), strange.unlikeCount, strange.unlikeCount + strange.placeCount);
  const seam: Seam = {
    places: shifts.length < LEAST_PLACES ? null : residualOf(shifts).p95 * mmPerPx,
    markers: apart.length === 0 ? null : Math.max(...apart),
    placeCount: shifts.length,
    unlikeCount,
    pairCount: looks.length,
    unjudgedCount: looks.filter((look) => look.apart === null).length,
    shifts: looks.map((look) => look.shift),
  };
  const slipped = each.filter((look) => (look.apart ?? 0) > MOST_APART);
  const [farthest] = slipped.sort((one, other) => (other.apart ?? 0) - (one.apart ?? 0));
  if (farthest) throw tooFar(namesOf(farthest), farthest.apart ?? 0, farthest.placeCount);
  const worst = Math.max(seam.places ?? 0, seam.markers ?? 0);
  if (worst > MOST_APART) throw tooFar('The pictures', worst, seam.placeCount);
  return seam;
}

function lookAt({ a, b }: SeamPair, all: readonly Shift[], mmPerPx: number): PairLook {
  const shifts = all.filter((shift) => Number.isFinite(far(shift)));
  const counts = { placeCount: shifts.length, unlikeCount: all.length - shifts.length };
  if (shifts.length < LEAST_OF_PAIR) return { a, b, apart: null, shift: null, ...counts };
  const middle = (of: (shift: Shift) => number) =>
    shifts.map(of).sort((one, other) => one - other)[(shifts.length - 1) >> 1]! * mmPerPx;
  return { a, b, apart: middle(far), shift: [middle(([x]) => x), middle(([, y]) => y)], ...counts };
}

function far([x, y]: Shift): number {
  return Math.hypot(x, y);
}

function namesOf({ a, b }: PairLook): string {
  return `Pictures ${a + 1} and ${b + 1}`;
}

function unlike(who: string, unlikeCount: number, placeCount: number): KerfError {
  return new KerfError(
    'ACQUIRE_SEAMS_APART',
    `${who} show different things at ${unlikeCount} of ${placeCount} places of their overlap, expected the same within ${MOST_APART} mm. Is the step of the strips, or the scale, another than said; did something move between the pictures; are they in order?`,
    { details: { most: MOST_APART, placeCount, unlikeCount } },
  );
}

function tooFar(who: string, apart: number, placeCount: number): KerfError {
  return new KerfError(
    'ACQUIRE_SEAMS_APART',
    `${who} lie ${apart.toFixed(2)} mm apart where they overlap (${placeCount} places), at most ${MOST_APART} mm is taken. Did something move or slip between them, is the material thicker than said, or are the lens and the markers' places not well calibrated?`,
    { details: { apart, most: MOST_APART, placeCount } },
  );
}

/** What a scan says of its seams. */
export function seamFlag(seam: Seam): Scan['flags'][number] {
  const { places, markers, placeCount, unlikeCount, pairCount, unjudgedCount } = seam;
  const by = [
    ...(places === null ? [] : [`${places.toFixed(2)} mm at 95 of 100 of ${placeCount} places`]),
    ...(markers === null ? [] : [`${markers.toFixed(2)} mm at the worst marker`]),
  ];
  if (by.length === 0)
    return { kind: 'seam', message: 'Nothing in the overlap of the pictures could be measured: look at the seams.' };
  const looks = [
    ...(unlikeCount === 0 ? [] : [` At ${unlikeCount} more they show different things: look there.`]),
    ...(unjudgedCount === 0 || pairCount === 1
      ? []
      : [` ${unjudgedCount} of ${pairCount} overlaps show too little to tell: look at these seams.`]),
  ];
  return {
    kind: 'seam',
    message: `The pictures agree in their overlap within ${by.join(', ')}.${looks.join('')}`,
    value: Math.max(places ?? 0, markers ?? 0),
  };
}

/** The pairs of pictures that overlap, with places of the scan that both show. */
export function overlapPairs(sources: readonly PlaneSource[], size: Size): SeamPair[] {
  return sources.flatMap((one, a) =>
    sources.slice(a + 1).flatMap((other, k) => {
      const places = overlapPlaces(one, other, size);
      return places.length === 0 ? [] : [{ a, b: a + 1 + k, places }];
    }),
  );
}

/** Places of the scan, pixels, that both pictures show, spread over their overlap. */
function overlapPlaces(one: PlaneSource, other: PlaneSource, { widthPx, heightPx }: Size): [number, number][] {
  const all: [number, number][] = [];
  // As many rows as it takes to meet a narrow overlap.
  const across = Math.min(96, widthPx);
  const down = Math.min(192, heightPx);
  for (let row = 0; row < down; row += 1)
    for (let column = 0; column < across; column += 1) {
      const [u, v] = [((column + 0.5) / across) * widthPx, ((row + 0.5) / down) * heightPx] as const;
      if (seenIn(one, u, v) && seenIn(other, u, v)) all.push([u, v]);
    }
  return spread(all, PLACES);
}

/** Every so many of a list, `count` at most. */
function spread<T>(all: readonly T[], count: number): T[] {
  const step = all.length / count;
  if (step <= 1) return [...all];
  return Array.from({ length: count }, (_, k) => all[Math.floor((k + 0.5) * step)]!);
}
