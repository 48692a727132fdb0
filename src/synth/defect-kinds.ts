import { LEATHER_GRADING } from '#domain/grading.ts';

/** The kinds of defect that Kerf draws, in the order of their index in `mask.png` (0 is good material). */
export const DEFECT_KINDS = [
  'hole',
  'cut',
  'scratch',
  'scar',
  'brand',
  'tick',
  'stain',
  'wrinkle',
  'vein',
  'loose',
] as const;

export type DefectKind = (typeof DEFECT_KINDS)[number];

/** Index of what is not hide at all (the table) in a drawn hide's mask. */
export const OUTSIDE_INDEX = 255;

/** Index of a kind in the mask: 1 for a hole, and so on; 0 is good. */
export function maskIndexOf(kind: DefectKind): number {
  return DEFECT_KINDS.indexOf(kind) + 1;
}

/** Quality left where a drawn defect lies: what the default leather grading says of its class. */
export const DEFECT_QUALITY = Object.fromEntries(
  DEFECT_KINDS.map((kind) => {
    const named = LEATHER_GRADING.rules.filter((rule) => rule.class === kind).map((rule) => rule.quality);
    return [kind, Math.min(LEATHER_GRADING.otherwise, ...named)];
  }),
) as Readonly<Record<DefectKind, number>>;

/** What `classes.json` beside an index mask says. */
export function maskClasses(): Record<string, string> {
  const classes: Record<string, string> = { '0': 'good' };
  for (const kind of DEFECT_KINDS) classes[String(maskIndexOf(kind))] = kind;
  classes[String(OUTSIDE_INDEX)] = 'outside';
  return classes;
}
