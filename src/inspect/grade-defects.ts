import type { Grading } from '#domain/grading.ts';
import type { ModelCard } from '#domain/model-card.ts';
import type { SeenDefect } from './find-defects.ts';

export interface Grade {
  readonly quality: number;
  /** Distance kept round the defect. */
  readonly margin: number;
}

/** Quality and margin of a defect: of all rules that match the lowest quality wins, with the largest margin among those
 *  of that quality. Where the grading has no rule for the class, the pack's own word counts, then `otherwise`. */
export function gradeDefect(
  defect: Pick<SeenDefect, 'class' | 'areaMm2' | 'length' | 'strength'>,
  grading: Grading,
  classes: ModelCard['classes'],
): Grade {
  const ofClass = grading.rules.filter((r) => r.class === defect.class);
  const matching = ofClass.filter(
    (r) =>
      defect.areaMm2 >= (r.minAreaMm2 ?? 0) &&
      defect.length >= (r.minLength ?? 0) &&
      // Limits are of the scale that they were chosen on, whatever is said of a mark.
      defect.strength >= (r.minConfidence ?? 0),
  );
  if (ofClass.length === 0) {
    const own = classes.find((c) => c.name === defect.class);
    return { quality: own?.quality ?? grading.otherwise, margin: own?.margin ?? 0 };
  }
  if (matching.length === 0) return { quality: grading.otherwise, margin: 0 };
  const quality = Math.min(...matching.map((r) => r.quality));
  const margin = Math.max(...matching.filter((r) => r.quality === quality).map((r) => r.margin ?? 0));
  return { quality, margin };
}
