import { z } from 'zod';
import { finite, nonNegative, positive, quality, sha256, wireId } from './shapes.ts';

const score = z.looseObject({
  set: z.string(),
  date: z.string(),
  pixelF1: finite.nullable().optional(),
  ap: finite.nullable().optional(),
  aupro30: finite.nullable().optional(),
  ece: finite.nullable().optional(),
  perClass: z.record(z.string(), z.looseObject({ pixelF1: finite, ap: finite })).optional(),
  ci95: z.tuple([finite, finite]).readonly().nullable().optional(),
});

/** Longest side of a tile: twice what any pack of Kerf's has, and some gigabytes of a net's own numbers. */
const MOST_TILE_PX = 2048;

/** card.json of a model pack (docs/contracts.md, "Model pack and data set"). */
export const modelCardSchema = z.strictObject({
  kerf: z.literal(1),
  id: wireId,
  /** Part of the folder's name under which a station keeps the pack. */
  version: z.string().regex(/^[\w.+-]{1,40}$/, 'a version of 1 to 40 of A-Z a-z 0-9 . _ + -'),
  task: z.enum(['classes', 'normality', 'fused', 'print']),
  files: z.record(z.string().refine(isInside, 'names of files inside the pack'), sha256),
  input: z
    .strictObject({
      name: z.string(),
      layout: z.literal('NCHW'),
      type: z.literal('float32'),
      channels: z.literal('RGB'),
      range: z.tuple([finite, finite]).readonly(),
      tilePx: z.int().positive().max(MOST_TILE_PX),
      /** Rim of a tile that is context only. */
      overlapPx: z.int().nonnegative(),
      mmPerPx: positive,
      preprocessing: z.enum(['inside', 'rgb01-v1']),
    })
    .refine(({ tilePx, overlapPx }) => 2 * overlapPx < tilePx, {
      error: 'less than half of tilePx, so that something of a tile is no rim',
      path: ['overlapPx'],
    }),
  output: z.strictObject({ scores: z.string(), doubt: z.string() }),
  classes: z
    .array(
      z.strictObject({
        name: z.string(),
        /** P(defect) from which on a pixel whose likeliest class this is counts as defect. */
        threshold: z.number().min(0).max(1).optional(),
        /** A mark needs a pixel as likely as this; default: the threshold. */
        sureFrom: z.number().min(0).max(1).optional(),
        quality: quality.optional(),
        margin: nonNegative.optional(),
        minAreaMm2: nonNegative.optional(),
      }),
    )
    .min(2)
    .readonly(),
  calibration: z.strictObject({ method: z.string(), value: finite, ece: finite.nullable() }).nullable(),
  /** What is said of a mark: the share of marks of its strength that were real on the pictures of `set`. */
  markConfidence: z
    .strictObject({
      /** Mean probability of a mark's surest tenth, rising. */
      strength: z.array(z.number().min(0).max(1)).min(1).readonly(),
      real: z.array(z.number().min(0).max(1)).min(1).readonly(),
      marks: z.int().positive(),
      set: z.string(),
    })
    .refine(({ strength, real }) => strength.length === real.length, { error: 'a share for each strength' })
    .refine(({ strength }) => strength.every((v, i) => i === 0 || v > strength[i - 1]!), {
      error: 'strengths that rise',
      path: ['strength'],
    })
    .refine(({ real }) => real.every((v, i) => i === 0 || v >= real[i - 1]!), {
      error: 'shares that never fall',
      path: ['real'],
    })
    .optional(),
  data: z
    .array(
      z.strictObject({
        name: z.string(),
        sha256: sha256.nullable(),
        licence: z.string(),
        origin: z.string(),
        items: z.int().nonnegative(),
        groups: z.int().nonnegative(),
        ships: z.boolean(),
      }),
    )
    .readonly(),
  startedFrom: z.array(z.strictObject({ name: z.string(), licence: z.string(), sha256 })).readonly(),
  training: z.strictObject({
    command: z.string(),
    seed: z.int(),
    steps: z.int().nonnegative(),
    seconds: nonNegative,
    commit: z.string().nullable(),
  }),
  scores: z.array(score).readonly(),
  speed: z.strictObject({ tileMs: nonNegative, provider: z.string(), threads: z.int().positive() }).nullable(),
});
export type ModelCard = z.infer<typeof modelCardSchema>;

function isInside(name: string): boolean {
  return !/[\\:]/.test(name) && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** What every pack that Kerf makes takes and gives: whole RGB pixels from 0 to 1, preprocessing inside the graph; scores
 *  a class and a doubt map. */
export function packInterface(input: {
  readonly tilePx: number;
  readonly overlapPx: number;
  readonly mmPerPx: number;
}): Pick<ModelCard, 'input' | 'output'> {
  return {
    input: {
      name: 'pixels',
      layout: 'NCHW',
      type: 'float32',
      channels: 'RGB',
      range: [0, 1],
      ...input,
      preprocessing: 'inside',
    },
    output: { scores: 'scores', doubt: 'doubt' },
  };
}
