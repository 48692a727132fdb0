import type { Inspection } from '#domain/inspection.ts';

/** What the eyes say of a hide as a whole, and no mark shows, a line each. */
export function leatherWords({
  regions,
  leftOut,
  coarserThanTaught,
}: Pick<Inspection, 'regions' | 'leftOut' | 'coarserThanTaught'>): string[] {
  const folds = regions.filter((r) => r.kind === 'fold').length;
  return [
    ...(folds > 0 ? [`${folds} places do not lie flat: smooth the hide and scan it again`] : []),
    ...regions.filter((r) => r.kind === 'unseen').map(unseenWords),
    ...(coarserThanTaught === undefined
      ? []
      : [
          `pixels are ${coarserThanTaught.toFixed(1)} times as wide as those that the model was taught on: it misses what is small`,
        ]),
    ...(leftOut
      ? [`${m2(leftOut.areaMm2)} in ${leftOut.count} parts is cut off by marks, and no part of the sheet`]
      : []),
  ];
}

function unseenWords({ value, areaMm2 }: Inspection['regions'][number]): string {
  if (value === 0)
    return "an agreed chalk can't be told from this leather, or from the table seen through it: look at its strokes and the hide's openings";
  if (areaMm2 !== undefined)
    return `${m2(areaMm2)} in ${value} more marks was taken for the leather's own look: a person has to see it, the model may not know this leather`;
  return `${value} more marks were taken for the leather's own look: with many, the model does not know it`;
}

function m2(mm2: number): string {
  return `${(mm2 / 1e6).toFixed(3)} m²`;
}
