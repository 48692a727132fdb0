/** Below this a mark is small: a puncture, a tick, a pore of the grain. */
const SMALL_MM2 = 25;
/** Small marks a square metre that a hide may have; more of them are its grain. Ticks come in clusters of up to 22. */
const SMALL_PER_M2 = 10;
/** Marks a square metre that a hide may have in all: drawn ones have 8 to 16. On grain, mottling or light that the model
 *  does not know it marks a hundred and more, the surest of them mostly true. */
export const MOST_PER_M2 = 24;
/** However small the picture. */
const LEAST_COUNT = 10;
/** From this area on a mark's weight is its strength alone. */
const FULL_WEIGHT_MM2 = 40;

export interface GuardedMarks<T> {
  /** In their order. */
  readonly kept: readonly T[];
  /** Marks left out; a hide with many was not understood, and a person should know. */
  readonly droppedCount: number;
}

/** Leaves out marks where there are so many that they are the leather's own look (open pores of nubuck, dust, mottling):
 *  of small ones the surest 10 a square metre stay, of all the 24 that weigh most (strength, less for the small).
 *  Marks that a person drew never come here. */
export function withoutGrain<T extends { readonly areaMm2: number; readonly strength: number }>(
  found: readonly T[],
  hideMm2: number,
): GuardedMarks<T> {
  const most = (perM2: number) => Math.max(LEAST_COUNT, Math.round((perM2 * hideMm2) / 1e6));
  const small = found.filter((d) => d.areaMm2 < SMALL_MM2).sort((a, b) => b.strength - a.strength);
  const pores = new Set(small.slice(most(SMALL_PER_M2)));
  const weight = (d: T) => d.strength * Math.min(1, Math.sqrt(d.areaMm2 / FULL_WEIGHT_MM2));
  const rest = found.filter((d) => !pores.has(d)).sort((a, b) => weight(b) - weight(a));
  const keptSet = new Set(rest.slice(0, most(MOST_PER_M2)));
  const kept = found.filter((d) => keptSet.has(d));
  return { kept, droppedCount: found.length - kept.length };
}
