import { gradeName } from '#domain/grading.ts';
import type { Remnant } from '#domain/remnant.ts';
import type { PageGrading } from '../state/page-grading.ts';

/** "4417-03-r2" is R2 on the table where it was cut. */
export function shortName(id: string): string {
  return (id.split('-').at(-1) ?? id).toUpperCase();
}

/** The grades of its leather that are more than a slip of it, best first, each with its area. */
export function gradesOf({ usableMm2, areaMm2 }: Pick<Remnant, 'usableMm2' | 'areaMm2'>): readonly {
  readonly quality: number;
  readonly areaMm2: number;
}[] {
  return Object.entries(usableMm2)
    .map(([quality, mm2]) => ({ quality: Number(quality), areaMm2: mm2 }))
    .filter((grade) => grade.quality > 0 && grade.areaMm2 > areaMm2 / 100)
    .sort((a, b) => b.quality - a.quality);
}

/** The grade that most of it is at least: what it is worth looking for in a stack. Of equals the better. */
export function bestGrade(remnant: Pick<Remnant, 'usableMm2' | 'areaMm2'>, grading: PageGrading): string {
  const most = gradesOf(remnant).reduce<{ quality: number; areaMm2: number } | null>(
    (a, b) => (a && a.areaMm2 >= b.areaMm2 ? a : b),
    null,
  );
  return gradeName(most?.quality ?? 0, grading);
}
