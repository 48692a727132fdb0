/** Below this a mark is small: a puncture, a tick, a pore of the grain. */
const SMALL_MM2 = 25;
/** Small marks a square metre that a hide may have; more of them are its grain. Ticks come in clusters of up to 22. */
const SMALL_PER_M2 = 10;
/** However small the picture. */
const LEAST_COUNT = 10;

/** Leaves out small marks where there are so many that they are the grain of this hide (open pores of nubuck, dust): the
 *  surest ones up to 10 a square metre stay. Larger defects are never touched. Order is kept. */
export function withoutGrain<T extends { readonly areaMm2: number; readonly confidence: number }>(
  found: readonly T[],
  hideMm2: number,
): T[] {
  const small = found.filter((d) => d.areaMm2 < SMALL_MM2).sort((a, b) => b.confidence - a.confidence);
  const dropped = new Set(small.slice(Math.max(LEAST_COUNT, Math.round((SMALL_PER_M2 * hideMm2) / 1e6))));
  return found.filter((d) => !dropped.has(d));
}
