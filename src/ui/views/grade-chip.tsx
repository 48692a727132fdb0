import { gradeName } from '#domain/grading.ts';

/** A grade's letter on its pattern and colour. */
export function GradeChip({ quality }: { readonly quality: number }) {
  const name = gradeName(quality);
  return (
    <span className={`grade-chip grade-${name.toLowerCase()}`} aria-hidden="true">
      <span className="grade-letter">{name}</span>
    </span>
  );
}
