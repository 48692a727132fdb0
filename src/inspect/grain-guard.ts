/** Below this a mark is small: a puncture, a tick, a pore of the grain. */
const SMALL_MM2 = 25;
/** Groups of small marks a square metre that a hide may have; more of them are its grain. */
const GROUPS_PER_M2 = 6;
/** However small the picture. */
const LEAST_GROUPS = 10;
/** Small marks this near each other are one group: ticks come in clusters, pores lie evenly. */
const GROUP_REACH = 15;

interface Mark {
  readonly areaMm2: number;
  readonly confidence: number;
  /** Flat ring; its first point says where the mark is. */
  readonly outline: Float64Array;
}

/** Leaves out small marks where there are so many that they are the grain of this hide (open pores of nubuck, dust): the
 *  surest groups up to 6 a square metre stay. Larger defects are never touched. Order is kept. O(n²) in small marks. */
export function withoutGrain<T extends Mark>(found: readonly T[], hideMm2: number): T[] {
  const rest = new Set(found.filter((d) => d.areaMm2 < SMALL_MM2).sort((a, b) => b.confidence - a.confidence));
  const most = Math.max(LEAST_GROUPS, Math.round((GROUPS_PER_M2 * hideMm2) / 1e6));
  for (let groups = 0; groups < most && rest.size > 0; groups += 1) {
    // Sets keep their order: the first is the surest that no group has taken yet.
    const [surest] = rest;
    const group = [surest!];
    rest.delete(surest!);
    for (let member = group.pop(); member !== undefined; member = group.pop())
      for (const other of rest)
        if (distance(member, other) <= GROUP_REACH) {
          rest.delete(other);
          group.push(other);
        }
  }
  return found.filter((d) => !rest.has(d));
}

function distance(a: Mark, b: Mark): number {
  return Math.hypot(a.outline[0]! - b.outline[0]!, a.outline[1]! - b.outline[1]!);
}
