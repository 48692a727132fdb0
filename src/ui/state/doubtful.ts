import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';

/** A mark that the model is unsure of and no person has decided yet. */
export function isDoubtful(defect: Defect): boolean {
  return defect.source === 'model' && defect.by === null && defect.doubt > LEATHER_GRADING.doubt.above;
}

export interface ReviewSummary {
  /** Doubtful marks, largest first: a second of attention goes where it earns most. */
  readonly open: readonly Defect[];
  readonly settled: readonly Defect[];
  readonly openAreaMm2: number;
}

export function reviewSummary(inspection: Inspection | null): ReviewSummary {
  const byArea = [...(inspection?.defects ?? [])].sort((a, b) => b.areaMm2 - a.areaMm2 || (a.id < b.id ? -1 : 1));
  const open = byArea.filter(isDoubtful);
  return {
    open,
    settled: byArea.filter((d) => !isDoubtful(d)),
    openAreaMm2: open.reduce((sum, d) => sum + d.areaMm2, 0),
  };
}
