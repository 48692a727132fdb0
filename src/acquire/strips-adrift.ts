import type { Shift } from './patch-shift.ts';

/** How far strips of a line scan lie from where their step puts them, by what they show of each other: `shifts` from each to
 *  the next, mm, null where an overlap tells nothing and the step counts. `isTied`: markers at both ends take up what grows
 *  evenly, and what is left counts.
 *  @returns the farthest strip, by its place in the list, and the mean shift of those that are told */
export function stripsAdrift(
  shifts: readonly (Shift | null)[],
  { isTied }: { readonly isTied: boolean },
): { readonly off: number; readonly at: number; readonly meanShift: Shift } {
  const places: Shift[] = [[0, 0]];
  for (const shift of shifts) {
    const [x, y] = places.at(-1)!;
    places.push([x + (shift?.[0] ?? 0), y + (shift?.[1] ?? 0)]);
  }
  const [endX, endY] = places.at(-1)!;
  const toldCount = shifts.filter((shift) => shift !== null).length;
  let farthest = { off: 0, at: 0 };
  for (const [at, [x, y]] of places.entries()) {
    const share = isTied ? at / Math.max(1, shifts.length) : 0;
    const off = Math.hypot(x - share * endX, y - share * endY);
    if (off > farthest.off) farthest = { off, at };
  }
  return { ...farthest, meanShift: [endX / Math.max(1, toldCount), endY / Math.max(1, toldCount)] };
}
