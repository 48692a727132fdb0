import { bestQuality, LEATHER_GRADING } from '#domain/grading.ts';
import { isUnbelieved, type Defect, type Inspection } from '#domain/inspection.ts';
import type { PageGrading } from './page-grading.ts';

/** A mark that the model is unsure of and no person has decided yet, where the grading asks. */
export function isDoubtful(defect: Defect, { doubt }: PageGrading = LEATHER_GRADING): boolean {
  return doubt.then === 'ask' && defect.source === 'model' && defect.by === null && defect.doubt > doubt.above;
}

/** What a mark costs in yield, as a share of the leather: its area by the steps that its grade lies below the best; a
 *  hole costs all of it. A stand-in for nesting twice: it takes no account of where pieces would lie. */
export function costOf(
  defect: Pick<Defect, 'areaMm2' | 'quality'>,
  usableMm2: number,
  grading: PageGrading = LEATHER_GRADING,
): number {
  if (usableMm2 <= 0) return 0;
  const best = bestQuality(grading);
  const steps = Math.max(0, best - defect.quality) / Math.max(1, best);
  return Math.min(1, (defect.areaMm2 * steps) / usableMm2);
}

export interface ReviewSummary {
  /** Doubtful marks, dearest first: a second of attention goes where it earns most. */
  readonly open: readonly Defect[];
  readonly settled: readonly Defect[];
  /** Of the doubtful marks, and of what the model marked and was not believed about. */
  readonly openAreaMm2: number;
  /** The doubtful marks, and 1 more where there is such. */
  readonly openCount: number;
  /** All of the leather, mm², by which costs are shares. */
  readonly usableMm2: number;
  /** What the doubtful marks cost together, as a share of the leather. */
  readonly openCost: number;
}

export function reviewSummary(inspection: Inspection | null, grading: PageGrading = LEATHER_GRADING): ReviewSummary {
  const usableMm2 = usableOf(inspection);
  const cost = (d: Defect) => costOf(d, usableMm2, grading);
  const byCost = [...(inspection?.defects ?? [])].sort(
    (a, b) => cost(b) - cost(a) || b.areaMm2 - a.areaMm2 || (a.id < b.id ? -1 : 1),
  );
  const open = byCost.filter((d) => isDoubtful(d, grading));
  const unbelieved = grading.doubt.then === 'ask' ? (inspection?.regions ?? []).filter(isUnbelieved) : [];
  return {
    open,
    openCount: open.length + unbelieved.length,
    settled: byCost.filter((d) => !isDoubtful(d, grading)),
    openAreaMm2: [...open, ...unbelieved].reduce((sum, { areaMm2 = 0 }) => sum + areaMm2, 0),
    usableMm2,
    openCost: open.reduce((sum, d) => sum + cost(d), 0),
  };
}

export function usableOf(inspection: Pick<Inspection, 'usableMm2'> | null): number {
  return Object.values(inspection?.usableMm2 ?? {}).reduce((sum, mm2) => sum + mm2, 0);
}
