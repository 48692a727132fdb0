import type { Grading } from '#domain/grading.ts';
import type { ModelCard } from '#domain/model-card.ts';
import type { FlatRing } from '#domain/ring.ts';
import { farthestFrom } from '#geometry/ring-distance.ts';
import type { SeenDefect } from './find-defects.ts';

export interface Grade {
  readonly quality: number;
  /** Distance kept round the defect. */
  readonly margin: number;
}

/** Quality and margin of a defect: of all rules that match the lowest quality wins, with the largest margin among those
 *  of that quality. Where the grading has no rule for the class, the pack's own word counts, then `otherwise`. A doubtful mark
 *  counts as a grade lower where the grading says so.
 *  @param rim outline of the hide; null where it is not known yet: then a mark is taken to lie wherever a rule asks */
export function gradeDefect(
  defect: Pick<SeenDefect, 'class' | 'areaMm2' | 'length' | 'strength' | 'doubt' | 'outline'>,
  grading: Grading,
  classes: ModelCard['classes'],
  rim: FlatRing | null,
): Grade {
  const grade = ruledGrade(defect, grading, classes, rim);
  const { above, then } = grading.doubt;
  if (then !== 'lower' || defect.doubt <= above || grade.quality >= grading.otherwise) return grade;
  const lower = grading.grades.map((g) => g.quality).filter((quality) => quality < grade.quality);
  return lower.length === 0 ? grade : { ...grade, quality: Math.max(...lower) };
}

function ruledGrade(
  defect: Parameters<typeof gradeDefect>[0],
  grading: Grading,
  classes: ModelCard['classes'],
  rim: FlatRing | null,
): Grade {
  const ofClass = grading.rules.filter((r) => r.class === defect.class);
  if (ofClass.length === 0) {
    const own = classes.find((c) => c.name === defect.class);
    return { quality: own?.quality ?? grading.otherwise, margin: own?.margin ?? 0 };
  }
  const isPlaced = ofClass.some((r) => r.minFromRim !== undefined || r.maxFromRim !== undefined);
  const fromRim = isPlaced && rim !== null ? farthestFrom(rim, defect.outline) : null;
  const matching = ofClass.filter(
    (r) =>
      defect.areaMm2 >= (r.minAreaMm2 ?? 0) &&
      defect.length >= (r.minLength ?? 0) &&
      // Limits are of the scale that they were chosen on, whatever is said of a mark.
      defect.strength >= (r.minConfidence ?? 0) &&
      (fromRim === null || (fromRim >= (r.minFromRim ?? 0) && fromRim <= (r.maxFromRim ?? Infinity))),
  );
  if (matching.length === 0) return { quality: grading.otherwise, margin: 0 };
  const quality = Math.min(...matching.map((r) => r.quality));
  const margin = Math.max(...matching.filter((r) => r.quality === quality).map((r) => r.margin ?? 0));
  return { quality, margin };
}
