import type { Lens, TableMarkers } from '#domain/calibration.ts';
import type { TableCorners } from '#domain/table-corners.ts';
import { straightenPoint } from './lens.ts';
import { mapPoint, type Homography } from './plane-homography.ts';

/** A marker found in the picture: its corners in pixels, flat, clockwise as printed from the upper left one. Freed of the
 *  lens's bend where the lens is known. */
export interface SeenMarker {
  readonly id: number;
  readonly corners: readonly number[];
}

/** Markers freed of the lens's bend, where there is a lens. */
export function straightMarkers(seen: readonly SeenMarker[], lens: Lens | null): readonly SeenMarker[] {
  if (lens === null) return seen;
  return seen.map(({ id, corners }) => ({
    id,
    corners: corners.flatMap((u, i) => (i % 2 === 0 ? straightenPoint(lens, u, corners[i + 1]!) : [])),
  }));
}

/** Where the corners of an upright marker are, table mm, in the order in which one is seen. */
export function printedCorners({ x, y, size }: TableMarkers['tableMarkers'][number]): number[] {
  const half = size / 2;
  return [x - half, y + half, x + half, y + half, x + half, y - half, x - half, y - half];
}

/** How far points of the picture (flat) lie from where they should, mm. */
export function distances(toMm: Homography, from: readonly number[], to: readonly number[]): number[] {
  const off: number[] = [];
  for (let i = 0; i + 1 < from.length; i += 2) {
    const [x, y] = mapPoint(toMm, from[i]!, from[i + 1]!);
    off.push(Math.hypot(x - to[i]!, y - to[i + 1]!));
  }
  return off;
}

/** Distances of a marker's four corners from their `places` (flat, mm); none where it is not seen. */
export function markerOff(
  id: number,
  places: readonly number[],
  seen: readonly SeenMarker[],
  toMm: Homography,
): number[] {
  const found = seen.find((marker) => marker.id === id);
  return found === undefined ? [] : distances(toMm, found.corners, places);
}

/** How far the table's measured markers lie from where a plane puts them, mm; null where none of them is seen. */
export function measuredOff(
  tableMarkers: TableMarkers['tableMarkers'],
  seen: readonly SeenMarker[],
  toMm: Homography,
): TableCorners['checks']['markers'] {
  const off = tableMarkers.flatMap((marker) => markerOff(marker.id, printedCorners(marker), seen, toMm));
  if (off.length === 0) return null;
  const rms = Math.sqrt(off.reduce((sum, d) => sum + d * d, 0) / off.length);
  return { count: off.length / 4, rms, max: Math.max(...off) };
}
