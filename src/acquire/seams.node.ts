import { KerfError } from '#domain/kerf-error.ts';
import type { Scan } from '#domain/scan.ts';
import { residualOf } from './fit-lens.ts';
import { measureSeams, type RectifyOptions } from './rectify-table.node.ts';
import { reachPx } from './patch-shift.ts';
import type { PlaneSource, SeamPair } from './rectify-jobs.ts';
import { seenIn } from './sample-plane.ts';
import type { Size } from './scan-limits.ts';

/** How far two pictures may lie apart in their overlap, mm: what lies on a seam is cut so much too long or too short. */
const MOST_APART = 0.5;

/** Places that must be measured before their distance counts: one may sit on a moving shadow. */
const LEAST_PLACES = 4;

/** Places that are tried for each pair of pictures. */
const PLACES = 40;

export interface Seam {
  /** 95 of 100 places of the overlaps, and the worst marker that two pictures show, mm; null: nothing there to measure. */
  readonly places: number | null;
  readonly markers: number | null;
  readonly placeCount: number;
  /** Places where both pictures show something, and nothing near is alike: not one of those that were measured. */
  readonly unlikeCount: number;
}

/** How far pictures lie apart where they overlap, by what both show: patches of their own texture, and the markers.
 *  `apart` are the distances of markers that two of them show.
 *  @throws KerfError ACQUIRE_SEAMS_APART above half a millimetre, and where most places show different things */
export async function seamOf(
  sources: readonly PlaneSource[],
  pairs: readonly SeamPair[],
  mmPerPx: number,
  apart: readonly number[],
  options: RectifyOptions,
): Promise<Seam> {
  const all = pairs.length === 0 ? [] : await measureSeams({ sources, pairs, reach: reachPx(mmPerPx) }, options);
  const shifts = all.filter(Number.isFinite);
  const unlikeCount = all.length - shifts.length;
  if (unlikeCount >= LEAST_PLACES && unlikeCount > shifts.length)
    throw new KerfError(
      'ACQUIRE_SEAMS_APART',
      `The pictures show different things at ${unlikeCount} of ${all.length} places of their overlap, expected the same within ${MOST_APART} mm. Is the step of the strips, or the scale, another than said; did something move between the pictures; are they in order?`,
      { details: { most: MOST_APART, placeCount: all.length, unlikeCount } },
    );
  const seam: Seam = {
    places: shifts.length < LEAST_PLACES ? null : residualOf(shifts).p95 * mmPerPx,
    markers: apart.length === 0 ? null : Math.max(...apart),
    placeCount: shifts.length,
    unlikeCount,
  };
  const worst = Math.max(seam.places ?? 0, seam.markers ?? 0);
  if (worst > MOST_APART)
    throw new KerfError(
      'ACQUIRE_SEAMS_APART',
      `The pictures lie ${worst.toFixed(2)} mm apart where they overlap (${seam.placeCount} places), at most ${MOST_APART} mm is taken. Did something move between them, is the material thicker than said, or are the lens and the markers' places not well calibrated?`,
      { details: { apart: worst, most: MOST_APART, placeCount: seam.placeCount } },
    );
  return seam;
}

/** What a scan says of its seams. */
export function seamFlag({ places, markers, placeCount, unlikeCount }: Seam): Scan['flags'][number] {
  const by = [
    ...(places === null ? [] : [`${places.toFixed(2)} mm at 95 of 100 of ${placeCount} places`]),
    ...(markers === null ? [] : [`${markers.toFixed(2)} mm at the worst marker`]),
  ];
  if (by.length === 0)
    return { kind: 'seam', message: 'Nothing in the overlap of the pictures could be measured: look at the seams.' };
  return {
    kind: 'seam',
    message: `The pictures agree in their overlap within ${by.join(', ')}.${unlikeCount === 0 ? '' : ` At ${unlikeCount} more they show different things: look there.`}`,
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
