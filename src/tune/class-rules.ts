import type { ModelCard } from '#domain/model-card.ts';

type Rules = Pick<ModelCard['classes'][number], 'quality' | 'margin' | 'minAreaMm2'>;

/** What a pack says of a class before a grading does: quality, margin, and the least area that is still a defect of the
 *  class: a stain of 10 mm² is a spot of grain. */
const RULES: Readonly<Record<string, Rules>> = {
  hole: { quality: 0, margin: 2, minAreaMm2: 3 },
  cut: { quality: 0, margin: 2, minAreaMm2: 8 },
  scratch: { quality: 2, margin: 1, minAreaMm2: 15 },
  scar: { quality: 2, margin: 1, minAreaMm2: 20 },
  brand: { quality: 1, margin: 2, minAreaMm2: 40 },
  tick: { quality: 3, margin: 1, minAreaMm2: 3 },
  stain: { quality: 2, margin: 1, minAreaMm2: 60 },
  wrinkle: { quality: 3, margin: 1, minAreaMm2: 30 },
  vein: { quality: 3, margin: 1, minAreaMm2: 30 },
  loose: { quality: 2, margin: 0, minAreaMm2: 200 },
  line: { quality: 2, margin: 1, minAreaMm2: 10 },
};

export function classRules(name: string): Rules {
  return RULES[name] ?? { quality: 2, margin: 1, minAreaMm2: 10 };
}
