import { z } from 'zod';
import { finite, nonNegative, quality } from './shapes.ts';

/** Region kinds that a rule may name: `glare` is a word of inspections that no eye says. */
const GRADED_REGIONS = ['fold', 'texture', 'shade', 'unseen'] as const;

const OF_REGIONS_ALONE = ['minValue'] as const;
const OF_MARKS_ALONE = ['minLength', 'minConfidence', 'minFromRim', 'maxFromRim'] as const;

/** A rule of marks of a class or of regions of a kind. What asks for nothing that can be, or for what its kind has not, is
 *  refused: it would grade nothing, or more than was meant, without a word. */
const ruleSchema = z
  .strictObject({
    class: z.string().optional(),
    region: z.enum(GRADED_REGIONS).optional(),
    minAreaMm2: nonNegative.optional(),
    minLength: nonNegative.optional(),
    minConfidence: z.number().min(0).max(1).optional(),
    /** Least value of a region: ΔE2000 of a shade, share by which a texture is deeper or fainter, strength of a fold. */
    minValue: nonNegative.optional(),
    /** How far from the hide's rim a mark reaches inwards, mm: at least, at most. */
    minFromRim: nonNegative.optional(),
    maxFromRim: nonNegative.optional(),
    quality,
    /** Distance kept round the defect, mm. */
    margin: nonNegative.optional(),
  })
  .superRefine((rule, { addIssue }) => {
    const refuse = (path: readonly string[], message: string) => addIssue({ code: 'custom', path: [...path], message });
    if ((rule.class === undefined) === (rule.region === undefined))
      return refuse([], 'a rule of a class or of a region, one of them');
    const [kind, others] =
      rule.class === undefined ? (['a region', OF_MARKS_ALONE] as const) : (['a class', OF_REGIONS_ALONE] as const);
    for (const key of others) if (rule[key] !== undefined) refuse([key], `nothing: a rule of ${kind} has no ${key}`);
    const { minFromRim = 0, maxFromRim = Infinity } = rule;
    if (minFromRim > maxFromRim) refuse(['maxFromRim'], 'at least minFromRim: no mark is both');
  });

export const gradingSchema = z.strictObject({
  kerf: z.literal(1),
  id: z.string(),
  grades: z
    .array(
      z.strictObject({
        name: z.string(),
        quality,
        colour: z.string(),
        pattern: z.enum(['none', 'dots', 'lines', 'crossed', 'solid']),
      }),
    )
    .min(1)
    .readonly(),
  /** Quality of material that no rule speaks of. */
  otherwise: quality,
  rules: z.array(ruleSchema).readonly(),
  /** What is done with marks of the model that are more doubtful: a person is asked, its word is taken, or they count as a
   *  grade lower. */
  doubt: z.strictObject({ above: finite, then: z.enum(['ask', 'accept', 'lower']) }),
  /** Colours in which inspectors draw on the hide: a closed stroke grades what it encloses, an open one what it covers. */
  chalk: z
    .array(
      z.strictObject({
        name: z.string(),
        colour: z.string().regex(/^#[0-9a-f]{6}$/i, 'a colour like #c03a2b'),
        quality,
        margin: nonNegative.optional(),
      }),
    )
    .readonly()
    .optional(),
  /** The measured grain binds pieces where its doubt is at most this; without it the sheet states no grain. */
  grain: z.strictObject({ maxDoubt: nonNegative }).optional(),
});
export type Grading = z.infer<typeof gradingSchema>;

/** Best of the default leather scale. */
export const BEST_QUALITY = 4;

/** The default leather scale: A faultless (exterior face) to D hidden (lining); 0 is a hole. */
export const LEATHER_GRADING: Grading = {
  kerf: 1,
  id: 'leather-default',
  grades: [
    { name: 'A', quality: 4, colour: '#ffffff', pattern: 'none' },
    { name: 'B', quality: 3, colour: '#8fdcf5', pattern: 'dots' },
    { name: 'C', quality: 2, colour: '#1c66c9', pattern: 'lines' },
    { name: 'D', quality: 1, colour: '#5b1e9c', pattern: 'crossed' },
    { name: '0', quality: 0, colour: '#14181b', pattern: 'solid' },
  ],
  otherwise: 4,
  rules: [
    { class: 'hole', quality: 0, margin: 2 },
    { class: 'cut', quality: 0, margin: 2 },
    { class: 'brand', quality: 1, margin: 2 },
    { class: 'scar', quality: 2, margin: 1 },
    { class: 'scratch', quality: 2, margin: 1 },
    { class: 'stain', quality: 2, margin: 1 },
    { class: 'loose', quality: 2, margin: 0 },
    { class: 'tick', quality: 3, margin: 1 },
    { class: 'wrinkle', quality: 3, margin: 1 },
    { class: 'vein', quality: 3, margin: 1 },
    { class: 'line', quality: 2, margin: 1 },
    { class: 'defect', quality: 2, margin: 1 },
  ],
  doubt: { above: 0.3, then: 'ask' },
};

/** The default scale for goods that show their face: what is of another shade or grain than the hide, as belly and flanks
 *  are, is no leather for it and makes lining. */
export const EVEN_LEATHER_GRADING: Grading = {
  ...LEATHER_GRADING,
  id: 'leather-even',
  rules: [
    ...LEATHER_GRADING.rules,
    { region: 'shade', minValue: 2.5, minAreaMm2: 2000, quality: 3 },
    { region: 'shade', minValue: 5, minAreaMm2: 2000, quality: 2 },
    { region: 'texture', minValue: 0.5, minAreaMm2: 2000, quality: 3 },
    { region: 'texture', minValue: 1, minAreaMm2: 2000, quality: 1 },
    { region: 'fold', quality: 0, margin: 5 },
  ],
};

/** Best of a scale. */
export function bestQuality({ grades }: Pick<Grading, 'grades'>): number {
  return Math.max(...grades.map((grade) => grade.quality));
}

/** The grade's letter for a quality; the nearest lower grade where the scale has no such quality. */
export function gradeName(quality: number, grading: Pick<Grading, 'grades'> = LEATHER_GRADING): string {
  const falling = [...grading.grades].sort((a, b) => b.quality - a.quality);
  return (falling.find((g) => g.quality <= quality) ?? falling.at(-1)!).name;
}

/** Quality that a grade's letter or a number stands for, or null. Case does not matter. */
export function qualityOfGrade(text: string, grading: Grading = LEATHER_GRADING): number | null {
  const grade = grading.grades.find((g) => g.name.toLowerCase() === text.trim().toLowerCase());
  if (grade) return grade.quality;
  const number = Number(text);
  return text.trim() !== '' && Number.isInteger(number) && number >= 0 && number <= 100 ? number : null;
}
