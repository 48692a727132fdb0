/** Which pictures teach and which are held back to stop, calibrate and choose thresholds by. */
export interface HeldBack {
  readonly teach: readonly number[];
  readonly choose: readonly number[];
  /** Where all shows one hide there is nothing to hold back: the same pictures do both, and say nothing of others. */
  readonly isApart: boolean;
}

/** Neighbours in name often show one hide: without groups, runs of so many stay together. */
const RUN = 4;
const CHOOSE_SHARE = 0.2;

/** Holds back about a fifth of each class, whole hides only: by group where it is known, else by runs of neighbours in
 *  the order of their numbers. Of one hide a class nothing can be held back; where that is so of all classes, all does both. */
export function holdBack(
  items: readonly { readonly name: string; readonly className: string | null; readonly group: string | null }[],
): HeldBack {
  const order = items.map((_, i) => i).sort((a, b) => byNumber(items[a]!.name, items[b]!.name));
  const hideOf = new Map<number, string>();
  const count = new Map<string, number>();
  for (const i of order) {
    const kind = items[i]!.className ?? 'several';
    const number = count.get(kind) ?? 0;
    count.set(kind, number + 1);
    hideOf.set(i, items[i]!.group ?? `${kind}:${Math.floor(number / RUN)}`);
  }
  const choose = new Set<string>();
  for (const kind of count.keys()) {
    const own = order.filter((i) => (items[i]!.className ?? 'several') === kind);
    const hides = [...new Set(own.map((i) => hideOf.get(i)!))];
    if (hides.length < 2) continue;
    const wanted = Math.max(1, Math.round(hides.length * CHOOSE_SHARE));
    // Evenly spread: the first, then every fifth.
    for (let k = 0; k < wanted; k += 1) choose.add(hides[Math.floor(((k + 0.5) * hides.length) / wanted)]!);
  }
  const isChosen = (i: number) => choose.has(hideOf.get(i)!);
  const teach = order.filter((i) => !isChosen(i));
  const held = order.filter(isChosen);
  return held.length === 0 || teach.length === 0
    ? { teach: order, choose: order, isApart: false }
    : { teach, choose: held, isApart: true };
}

/** cut_9 before cut_10. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
