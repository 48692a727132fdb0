import type { DrawnMarker } from '#synth/table-markers.ts';

/** Markers 0 to 3 in the corners of a table, mm: upper left, upper right, lower right, lower left, 70 from its sides. */
export function cornerMarkers(width: number, height: number, size: number): readonly DrawnMarker[] {
  const [right, top] = [width - 70, height - 70];
  return [
    { id: 0, x: 70, y: top, size },
    { id: 1, x: right, y: top, size },
    { id: 2, x: right, y: 70, size },
    { id: 3, x: 70, y: 70, size },
  ];
}
