import type { Defect } from '#domain/inspection.ts';
import type { Label } from '#store/records.ts';

/** The label that a correction makes: what it did to the defects. Null where it changed nothing. */
export function labelOf(
  before: readonly Defect[],
  after: readonly Defect[],
): Pick<Label, 'action' | 'defect' | 'position' | 'before' | 'after'> | null {
  const oldAt = new Map(before.map((defect, k) => [defect.id, k]));
  const newAt = new Map(after.map((defect, k) => [defect.id, k]));
  for (const [k, defect] of after.entries()) {
    const old = oldAt.get(defect.id);
    if (old === undefined) return { action: 'draw', defect: defect.id, position: k, before: null, after: defect };
    const was = before[old];
    if (was && was !== defect) return { action: 'regrade', defect: defect.id, position: k, before: was, after: defect };
  }
  for (const [k, defect] of before.entries())
    if (!newAt.has(defect.id)) return { action: 'erase', defect: defect.id, position: k, before: defect, after: null };
  return null;
}

/** The defects with one set as a label says: null takes it away, one that is not there comes back to its place. */
export function withDefectSet(
  defects: readonly Defect[],
  { defect: id, position }: Pick<Label, 'defect' | 'position'>,
  to: Defect | null,
): Defect[] {
  if (defects.some((d) => d.id === id)) return defects.flatMap((d) => (d.id === id ? (to === null ? [] : [to]) : [d]));
  if (to === null) return [...defects];
  return [...defects.slice(0, position), to, ...defects.slice(position)];
}
