import ort from 'onnxruntime-node';
import type { OnProgress } from '#domain/ports.ts';
import { labelComponents } from '#inspect/label-components.ts';
import { pixelsInMemory } from '#inspect/pixel-source.ts';
import { planTiles } from '#inspect/plan-tiles.ts';
import { readScaled } from '#inspect/read-scaled.ts';
import type { DefectKind } from '#synth/defect-kinds.ts';
import { pasteDefects } from '#synth/paste-defects.ts';
import { addSums, addVectors, emptySums, fitGaussian, gaussianScores } from './gaussian-model.ts';
import type { GaussianModel, VectorSums } from './gaussian-model.ts';
import type { GoodPicture } from './good-pictures.node.ts';
import { quantile, thresholdScore } from './judge-evidence.ts';
import { LEATHER_SUPPORT_PX } from './leather-channels.ts';
import { cellPx, featureGraph, NORMALITY_BLOCKS, NORMALITY_CHANNELS } from './normality-graph.ts';
import type { ReducedBy } from './normality-graph.ts';
import { blockMost, enlarged, smoothed, withoutHalos } from './score-map.ts';

/** Scores are counted in steps of this from `SCORE_FROM` on. */
export const TAUGHT_STEP = 0.02;
const TAUGHT_STEPS = 1200;
export const SCORE_FROM = -8;
/** Added to the variances (of standardised channels, so 1 each): the best of .01, .1, .5 on real leather. */
const RIDGE = 0.5;
/** Share of the cells that is farthest off and left out of the second fit: a good picture is never quite good. */
const TRIM = 0.01;
/** Largest core of a part, and how many cells are looked at in all, at either scale: eight pictures of a megapixel are
 *  looked at whole at half the scale, and a quarter of each at the full one, within a minute on two cores. */
const PART_PX = 512;
const MOST_CELLS = 560_000;
/** One pasted defect on so many pixels. */
const PX_PER_DEFECT = 40_000;
const PASTED: readonly DefectKind[] = ['cut', 'hole', 'scratch', 'wrinkle', 'scar', 'stain', 'cut', 'hole'];

/** What left-out pictures say of the score: counts by step. */
export interface TeachEvidence {
  readonly reducedBy: ReducedBy;
  /** False where there was one small picture and so nothing to leave out: it was looked at by what itself taught. */
  readonly isLeftOut: boolean;
  readonly gaussian: GaussianModel;
  /** What the largest scores of the evenest quarter of the squares stay below, and at least `HALO_BELOW` below the
   *  threshold: what is higher stands out. */
  readonly standsOutFrom: number;
  /** Scores on good pixels of left-out pictures, as they are. */
  readonly good: Float64Array;
  /** On the same pictures with defects pasted in: pixels beside the defects, and of the defects. */
  readonly beside: Float64Array;
  readonly pasted: Float64Array;
  /** Largest score of each square of `BLOCK_PX` of left-out good pictures. */
  readonly blockMost: readonly number[];
  /** Largest score of each pasted defect. */
  readonly pastedMost: readonly number[];
}

const BLOCK_PX = 128;
/** Smaller patches of a pasted defect say nothing of it. */
const LEAST_OBJECT_PX = 12;

/** Halos are taken back to so far below the threshold. Squares with the halo of a speck in them are no even ones: on smooth
 *  leather with dust the level lay over the threshold, every halo was called a defect, and F1 at the threshold was .35 of
 *  a best .63; it is .50 with this. Six of seven real materials and three of four drawn ones are not touched. */
const HALO_BELOW = 0.3;
/** Each round lowers the level or is the last. */
const LEVEL_ROUNDS = 3;

interface Part {
  /** Which picture, or quarter of one, it belongs to: left out together. */
  readonly group: number;
  readonly good: Float32Array;
  readonly pasted: Float32Array;
  /** 1 where a defect was pasted; the core's pixels. */
  readonly truth: Uint8Array;
  readonly gridWidth: number;
  readonly gridHeight: number;
}

export interface EvidenceOptions {
  readonly mmPerPx: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Fits the Gaussian on all pictures, and looks at each picture, plain and with pasted defects, by a Gaussian of the
 *  others. Of one to three pictures, quarters are left out instead. */
export async function gatherEvidence(
  pictures: readonly GoodPicture[],
  reducedBy: ReducedBy,
  options: EvidenceOptions,
): Promise<TeachEvidence> {
  const parts = await featuresOf(pictures, reducedBy, options);
  const groupCount = 1 + Math.max(...parts.map((p) => p.group));
  const groups = Array.from({ length: groupCount }, () => emptySums(NORMALITY_CHANNELS));
  const sumUp = (keep: (part: Part) => (cell: number) => boolean): VectorSums => {
    const all = emptySums(NORMALITY_CHANNELS);
    groups.forEach((_, k) => (groups[k] = emptySums(NORMALITY_CHANNELS)));
    for (const part of parts) addVectors(groups[part.group]!, part.good, cells(part), keep(part));
    for (const sums of groups) addSums(all, sums);
    return all;
  };
  const first = fitGaussian(
    sumUp(() => () => true),
    NORMALITY_BLOCKS,
    RIDGE,
  );
  const all = sumUp((part) => {
    const scores = gaussianScores(first, part.good, cells(part));
    const most = Float32Array.from(scores).sort()[Math.floor(scores.length * (1 - TRIM))] ?? Infinity;
    return (cell) => scores[cell]! <= most;
  });
  const looked: { part: Part; plain: Float32Array; pasted: Float32Array }[] = [];
  for (let k = 0; k < groupCount; k += 1) {
    options.signal?.throwIfAborted();
    const others = emptySums(NORMALITY_CHANNELS);
    addSums(others, all);
    if (groupCount > 1) addSums(others, groups[k]!, -1);
    const model = fitGaussian(others, NORMALITY_BLOCKS, RIDGE);
    for (const part of parts)
      if (part.group === k)
        looked.push({
          part,
          plain: smoothed(gaussianScores(model, part.good, cells(part)), part),
          pasted: smoothed(gaussianScores(model, part.pasted, cells(part)), part),
        });
  }
  const gaussian = fitGaussian(all, NORMALITY_BLOCKS, RIDGE);
  let standsOutFrom = quantile(
    looked.flatMap(({ part, plain }) =>
      blockMost(plain, part.gridWidth, part.gridHeight, BLOCK_PX / cellPx(reducedBy)),
    ),
    0.25,
  );
  const countFrom = (level: number): TeachEvidence => {
    const evidence = {
      reducedBy,
      isLeftOut: groupCount > 1,
      standsOutFrom: level,
      gaussian,
      good: new Float64Array(TAUGHT_STEPS),
      beside: new Float64Array(TAUGHT_STEPS),
      pasted: new Float64Array(TAUGHT_STEPS),
      blockMost: [] as number[],
      pastedMost: [] as number[],
    };
    for (const { part, plain, pasted } of looked) {
      const kept = (scores: Float32Array) => withoutHalos(scores, part, level);
      count(part, kept(plain), kept(pasted), reducedBy, evidence);
    }
    return evidence;
  };
  let evidence = countFrom(standsOutFrom);
  for (let round = 1; round < LEVEL_ROUNDS; round += 1) {
    const most = thresholdScore(evidence) - HALO_BELOW;
    if (standsOutFrom <= most) break;
    standsOutFrom = most;
    evidence = countFrom(standsOutFrom);
  }
  return evidence;
}

function cells(part: Part): number {
  return part.gridWidth * part.gridHeight;
}

async function featuresOf(
  pictures: readonly GoodPicture[],
  reducedBy: ReducedBy,
  options: EvidenceOptions,
): Promise<Part[]> {
  const rimPx = LEATHER_SUPPORT_PX * reducedBy;
  const plans = pictures.flatMap((picture, index) => {
    const whole = planTiles(picture.widthPx, picture.heightPx, {
      tilePx: PART_PX / (pictures.length < 4 ? 2 : 1) + 2 * rimPx,
      rimPx,
      stridePx: 64,
    });
    return whole.map((plan) => ({ picture, index, plan }));
  });
  const isQuartered = pictures.length < 4;
  const taken = limited(plans, (p) => (p.plan.widthPx * p.plan.heightPx) / cellPx(reducedBy) ** 2);
  const session = await ort.InferenceSession.create(featureGraph(reducedBy), {
    intraOpNumThreads: 2,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const parts: Part[] = [];
  try {
    for (const [number, { picture, index, plan }] of taken.entries()) {
      options.signal?.throwIfAborted();
      const size = { widthPx: plan.readWidthPx, heightPx: plan.readHeightPx };
      const rect = { leftPx: plan.leftPx - rimPx, topPx: plan.topPx - rimPx, ...size };
      const rgb = await readScaled(pixelsInMemory(picture.rgb, picture.widthPx, picture.heightPx), 1, rect);
      const corePx = { width: floorTo(plan.widthPx, reducedBy), height: floorTo(plan.heightPx, reducedBy) };
      const count = Math.max(1, Math.round((size.widthPx * size.heightPx) / PX_PER_DEFECT));
      const kinds = Array.from({ length: count }, (_, i) => PASTED[(number + i) % PASTED.length]!);
      const pasted = pasteDefects({
        rgb,
        ...size,
        mmPerPx: options.mmPerPx,
        seed: options.seed * 7919 + number,
        kinds,
      });
      const run = async (pixels: Uint8Array) =>
        cropGrid(await features(session, pixels, size), size, rimPx, corePx, cellPx(reducedBy));
      const good = await run(rgb);
      parts.push({
        group: isQuartered ? 4 * index + quarterOf(plan, picture) : index,
        good,
        pasted: await run(pasted.rgb),
        truth: cropMask(pasted.mask, size.widthPx, rimPx, corePx),
        gridWidth: corePx.width / cellPx(reducedBy),
        gridHeight: corePx.height / cellPx(reducedBy),
      });
      options.onProgress?.({ what: `looking at 1/${reducedBy}`, done: number + 1, total: taken.length });
    }
  } finally {
    await session.release();
  }
  return renumbered(parts.filter((p) => cells(p) > 0));
}

function floorTo(px: number, reducedBy: ReducedBy): number {
  return Math.floor(px / cellPx(reducedBy)) * cellPx(reducedBy);
}

/** Evenly spread so many that they stay below the cells that a minute allows. */
function limited<T>(list: readonly T[], cellsOf: (item: T) => number): T[] {
  const total = list.reduce((sum, item) => sum + cellsOf(item), 0);
  const count = Math.max(1, Math.floor(list.length * Math.min(1, MOST_CELLS / total)));
  return Array.from({ length: count }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)]!);
}

function quarterOf(
  plan: { readonly leftPx: number; readonly topPx: number; readonly widthPx: number; readonly heightPx: number },
  picture: GoodPicture,
): number {
  const isRight = plan.leftPx + plan.widthPx / 2 > picture.widthPx / 2;
  const isLow = plan.topPx + plan.heightPx / 2 > picture.heightPx / 2;
  return (isRight ? 1 : 0) + (isLow ? 2 : 0);
}

function renumbered(parts: readonly Part[]): Part[] {
  const groups = [...new Set(parts.map((p) => p.group))].sort((a, b) => a - b);
  return parts.map((p) => ({ ...p, group: groups.indexOf(p.group) }));
}

async function features(
  session: ort.InferenceSession,
  rgb: Uint8Array,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Promise<Float32Array> {
  const planePx = widthPx * heightPx;
  const input = new Float32Array(3 * planePx);
  for (let i = 0; i < planePx; i += 1) for (let c = 0; c < 3; c += 1) input[c * planePx + i] = rgb[3 * i + c]! / 255;
  const out = await session.run({ pixels: new ort.Tensor('float32', input, [1, 3, heightPx, widthPx]) });
  return out['features']!.data as Float32Array;
}

function cropGrid(
  planes: Float32Array,
  size: { readonly widthPx: number; readonly heightPx: number },
  rimPx: number,
  corePx: { readonly width: number; readonly height: number },
  cell: number,
): Float32Array {
  const across = size.widthPx / cell;
  const down = size.heightPx / cell;
  const w = corePx.width / cell;
  const h = corePx.height / cell;
  const rim = rimPx / cell;
  const out = new Float32Array(NORMALITY_CHANNELS * w * h);
  for (let c = 0; c < NORMALITY_CHANNELS; c += 1)
    for (let y = 0; y < h; y += 1) {
      const from = (c * down + y + rim) * across + rim;
      out.set(planes.subarray(from, from + w), (c * h + y) * w);
    }
  return out;
}

function cropMask(
  mask: Uint8Array,
  rowPx: number,
  rimPx: number,
  corePx: { readonly width: number; readonly height: number },
): Uint8Array {
  const out = new Uint8Array(corePx.width * corePx.height);
  for (let y = 0; y < corePx.height; y += 1)
    for (let x = 0; x < corePx.width; x += 1)
      out[y * corePx.width + x] = mask[(y + rimPx) * rowPx + x + rimPx] === 0 ? 0 : 1;
  return out;
}

function count(
  part: Part,
  good: Float32Array,
  pastedOver: Float32Array,
  reducedBy: ReducedBy,
  into: {
    good: Float64Array;
    beside: Float64Array;
    pasted: Float64Array;
    blockMost: number[];
    pastedMost: number[];
  },
): void {
  const cell = cellPx(reducedBy);
  const plain = enlarged(good, part, cell);
  const pasted = enlarged(pastedOver, part, cell);
  for (let i = 0; i < plain.length; i += 1) {
    into.good[stepAt(plain[i]!)]! += 1;
    (part.truth[i] === 1 ? into.pasted : into.beside)[stepAt(pasted[i]!)]! += 1;
  }
  const width = part.gridWidth * cell;
  const height = part.gridHeight * cell;
  into.blockMost.push(...blockMost(plain, width, height, BLOCK_PX));
  into.pastedMost.push(...objectMost(pasted, part.truth, width, height));
}

/** Largest score of each connected patch of the truth. */
function objectMost(scores: Float32Array, truth: Uint8Array, width: number, height: number): number[] {
  const { labels, count: objectCount, areaPx } = labelComponents(truth, width, height);
  const most = new Array<number>(objectCount + 1).fill(-Infinity);
  for (let i = 0; i < scores.length; i += 1) most[labels[i]!] = Math.max(most[labels[i]!]!, scores[i]!);
  return most.filter((_, k) => k > 0 && areaPx[k]! >= LEAST_OBJECT_PX);
}

function stepAt(score: number): number {
  return Math.min(TAUGHT_STEPS - 1, Math.max(0, Math.floor((score - SCORE_FROM) / TAUGHT_STEP)));
}
