import type { FlatRing } from '#domain/ring.ts';

/** The ring without vertices that repeat the one before, the last one included when it repeats the first (files of
 *  others close their rings). The ring itself comes back when there are none. */
export function cleanRing(ring: FlatRing): FlatRing {
  const kept: number[] = [];
  for (let i = 0; i + 1 < ring.length; i += 2) {
    const n = kept.length;
    if (n === 0 || kept[n - 2] !== ring[i] || kept[n - 1] !== ring[i + 1]) kept.push(ring[i]!, ring[i + 1]!);
  }
  while (kept.length > 2 && kept[0] === kept[kept.length - 2] && kept[1] === kept[kept.length - 1]) kept.length -= 2;
  return kept.length === ring.length ? ring : Float64Array.from(kept);
}
