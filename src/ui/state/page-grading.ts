import type { StatusView } from '#api/views.ts';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { PageState } from './page-state.ts';

/** What the page knows of the grading in use: its grades, and when a person is asked. */
export type PageGrading = Pick<NonNullable<StatusView['grading']>, 'grades' | 'doubt'>;

/** The station's grading; before it has spoken, the leather scale. */
export function gradingOf({ status }: Pick<PageState, 'status'>): PageGrading {
  return status?.grading ?? LEATHER_GRADING;
}

const LOOKS = ['solid', 'crossed', 'lines', 'dots', 'none'] as const;

/** How a quality is drawn, 0 (solid, a hole) to 4 (plain, faultless): the page has colours and hatches of its own, chosen for
 *  every eye, and a grading says by its patterns which of them a grade wears. */
export function lookOfQuality(quality: number, { grades }: PageGrading): number {
  if (quality === 0) return 0;
  const falling = [...grades].sort((a, b) => b.quality - a.quality);
  const grade = falling.find((g) => g.quality <= quality) ?? falling.at(-1)!;
  return LOOKS.indexOf(grade.pattern);
}

/** Its class in the style sheet. */
export function gradeClass(quality: number, grading: PageGrading): string {
  return `grade-${'0dcba'[lookOfQuality(quality, grading)]!}`;
}
