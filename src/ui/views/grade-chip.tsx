import { gradeName } from '#domain/grading.ts';
import { usePageState } from '../page-context.ts';
import { gradeClass, gradingOf } from '../state/page-grading.ts';

/** A grade's letter on its pattern and colour. */
export function GradeChip({ quality }: { readonly quality: number }) {
  const grading = usePageState(gradingOf);
  return (
    <span className={`grade-chip ${gradeClass(quality, grading)}`} aria-hidden="true">
      <span className="grade-letter">{gradeName(quality, grading)}</span>
    </span>
  );
}
