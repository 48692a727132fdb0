import type { FlatRing } from '#domain/ring.ts';
import { ringArea } from './ring-area.ts';

/** The ring in the wanted direction: 'outer' counter-clockwise, 'hole' clockwise (y up). The first vertex stays first;
 *  the ring itself comes back when it already turns that way. */
export function orientRing(ring: FlatRing, wanted: 'outer' | 'hole'): FlatRing {
  const isCounterClockwise = ringArea(ring) >= 0;
  return isCounterClockwise === (wanted === 'outer') ? ring : reverseRing(ring);
}

/** The same vertices the other way round, from the same first vertex. */
export function reverseRing(ring: FlatRing): FlatRing {
  const out = new Float64Array(ring.length);
  for (let i = 0; i < ring.length; i += 2) {
    const from = (ring.length - i) % ring.length;
    out[i] = ring[from]!;
    out[i + 1] = ring[from + 1]!;
  }
  return out;
}
