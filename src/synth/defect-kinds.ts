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

/** Quality left where a drawn defect lies, on the default leather scale (A = 4 … D = 1, hole 0). */
export const DEFECT_QUALITY: Readonly<Record<DefectKind, number>> = {
  hole: 0,
  cut: 1,
  scratch: 2,
  scar: 2,
  brand: 1,
  tick: 3,
  stain: 2,
  wrinkle: 3,
  vein: 3,
  loose: 2,
};

/** What `classes.json` beside an index mask says. */
export function maskClasses(): Record<string, string> {
  const classes: Record<string, string> = { '0': 'good' };
  for (const kind of DEFECT_KINDS) classes[String(maskIndexOf(kind))] = kind;
  classes[String(OUTSIDE_INDEX)] = 'outside';
  return classes;
}
