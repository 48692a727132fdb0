import type { ModelCard } from '#domain/model-card.ts';
import type { OnProgress, Random } from '#domain/ports.ts';
import type { SeenDefect } from '#inspect/find-defects.ts';
import { prepareFill } from '#inspect/fill-table.ts';
import { labelComponents } from '#inspect/label-components.ts';
import { pixelsInMemory } from '#inspect/pixel-source.ts';
import { segmentPicture } from '#inspect/segment-picture.ts';
import type { Segmenter } from '#inspect/segmenter.ts';
import { isCoarser } from '#inspect/working-scale.ts';
import { countPicture } from './count-picture.ts';
import type { JudgedPicture, PictureCounts } from './count-picture.ts';
import { judgeMarks, marksOn } from './judged-marks.ts';
import type { JudgedMark } from './judged-marks.ts';
import { localContrast } from './local-contrast.ts';
import { objectsOf } from './object-counts.ts';
import { addCounts, emptyCounts, pixelMetrics, stepOf } from './pixel-metrics.ts';
import { summariseEvaluation } from './summarise-evaluation.ts';
import type { Evaluation } from './summarise-evaluation.ts';
import { NO_MATERIAL } from './training-picture.ts';
import type { TrainingPicture } from './training-picture.ts';

/** Pictures to judge on, read or drawn when asked for. */
export interface EvaluationList {
  readonly count: number;
  picture(index: number): Promise<JudgedPicture>;
}

/** Gives each pixel a score in 65535ths and says whether it is taken for a defect; and which marks inspecting would tell. */
interface Scorer {
  score(picture: TrainingPicture): Promise<{
    readonly score: Uint16Array;
    readonly isDefect: Uint8Array;
    readonly marks: readonly SeenDefect[];
  }>;
}

interface CountOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Sees every picture with its scores once, in 65535ths. */
  readonly onScored?: ((picture: JudgedPicture, score: Uint16Array) => void) | undefined;
}

export interface EvaluateOptions extends CountOptions {
  readonly random: Random;
  readonly monotonicMs: () => number;
  /** Stated rate for the recall of objects. */
  readonly falsePerM2?: number | undefined;
}

/** One false patch on a close-up of 256 px at half a millimetre. */
export const STATED_FALSE_PER_M2 = 60;

/** Scores a pack on pictures with truth, "defect or not" by pixel, all pixels pooled. Pictures are taken at their own
 *  pixels, whatever their scale; where the mask says "no material" nothing counts and the table is filled in as
 *  inspecting does. Called defect are pixels from the card's thresholds on, in patches that are sure somewhere (`sureFrom`),
 *  as inspecting marks them. What found and false are: `OBJECT_WORDS`. */
export function evaluatePack(
  pack: { readonly card: ModelCard },
  list: EvaluationList,
  segmenter: Segmenter,
  options: EvaluateOptions,
): Promise<Evaluation> {
  return evaluate(packScorer(pack.card, segmenter, options.signal), list, options);
}

/** The counts alone, for setting packs side by side. */
export function countPictures(
  pack: { readonly card: ModelCard },
  list: EvaluationList,
  segmenter: Segmenter,
  options: CountOptions,
): Promise<PictureCounts[]> {
  return countAll(packScorer(pack.card, segmenter, options.signal), list, options);
}

/** The marks alone that inspecting would tell, held against the truth. */
export async function judgedMarks(
  { card }: { readonly card: ModelCard },
  list: EvaluationList,
  segmenter: Segmenter,
  { signal, onProgress }: Pick<CountOptions, 'signal' | 'onProgress'>,
): Promise<JudgedMark[]> {
  const scorer = packScorer(card, segmenter, signal);
  const judged: JudgedMark[] = [];
  for (let index = 0; index < list.count; index += 1) {
    signal?.throwIfAborted();
    const picture = await list.picture(index);
    const { marks } = await scorer.score(picture);
    judged.push(...judgeMarks(picture, objectsOf(picture), marks));
    onProgress?.({ what: 'confidence', done: index + 1, total: list.count });
  }
  return judged;
}

/** The same figures for the local-contrast rival; its threshold is the best one on these very pictures, to its favour. */
export async function evaluateLocalContrast(list: EvaluationList, options: EvaluateOptions): Promise<Evaluation> {
  const pooled = emptyCounts();
  const scorer = contrastScorer(65535);
  for (let i = 0; i < list.count; i += 1) {
    const picture = await list.picture(i);
    const { score } = await scorer.score(picture);
    const own = emptyCounts();
    for (let k = 0; k < score.length; k += 1)
      if (picture.mask[k] !== NO_MATERIAL) (picture.mask[k] === 0 ? own.good : own.defect)[stepOf(score[k]!)]! += 1;
    addCounts(pooled, own);
  }
  return evaluate(contrastScorer(Math.floor(pixelMetrics(pooled).bestThreshold * 65535)), list, options);
}

function contrastScorer(threshold: number): Scorer {
  return {
    score: (p) => {
      const score = localContrast(p.rgb, p.widthPx, p.heightPx, (i) => p.mask[i] !== NO_MATERIAL);
      return Promise.resolve({ score, isDefect: Uint8Array.from(score, (v) => (v >= threshold ? 1 : 0)), marks: [] });
    },
  };
}

function packScorer(card: ModelCard, segmenter: Segmenter, signal: AbortSignal | undefined): Scorer {
  const thresholds = card.classes.map((c) => (c.threshold ?? 0.5) * 65535);
  const sureFrom = card.classes.map((c, k) => (c.sureFrom === undefined ? thresholds[k]! : c.sureFrom * 65535));
  const needsSure = card.classes.some((c) => c.sureFrom !== undefined);
  return {
    async score(p) {
      const { widthPx, heightPx } = p;
      const score = new Uint16Array(widthPx * heightPx);
      const isDefect = new Uint8Array(score.length);
      const isSure = new Uint8Array(score.length);
      const kinds = new Uint8Array(score.length);
      const hasTable = p.mask.includes(NO_MATERIAL);
      const hide = { mask: p.mask.map((k) => (k === NO_MATERIAL ? 0 : 1)), widthPx, heightPx };
      await segmentPicture(pixelsInMemory(p.rgb, widthPx, heightPx), segmenter, {
        tilePx: card.input.tilePx,
        rimPx: card.input.overlapPx,
        isSeenOnce: isCoarser(p.mmPerPx, card),
        pxPerPx: 1,
        classCount: card.classes.length,
        fill: hasTable ? prepareFill({ ...p, mm2PerPx: p.mmPerPx ** 2 }, hide) : null,
        signal,
        onTile: (tile, answer) => {
          const plane = answer.widthPx * answer.heightPx;
          for (let y = 0; y < tile.heightPx; y += 1)
            for (let x = 0; x < tile.widthPx; x += 1) {
              const from = y * answer.widthPx + x;
              const to = (tile.topPx + y) * widthPx + tile.leftPx + x;
              let kind = 1;
              for (let c = 2; c < thresholds.length; c += 1)
                if (answer.scores[c * plane + from]! > answer.scores[kind * plane + from]!) kind = c;
              kinds[to] = kind;
              score[to] = 65535 - answer.scores[from]!;
              isDefect[to] = score[to]! >= thresholds[kind]! ? 1 : 0;
              isSure[to] = score[to]! >= sureFrom[kind]! ? 1 : 0;
            }
        },
      });
      return {
        score,
        isDefect: needsSure ? withSurePixels(isDefect, isSure, p) : isDefect,
        marks: marksOn(p, score, kinds, card),
      };
    },
  };
}

/** Patches of called pixels without a sure one are left out. */
function withSurePixels(
  isDefect: Uint8Array,
  isSure: Uint8Array,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Uint8Array {
  const { labels, count } = labelComponents(isDefect, widthPx, heightPx, true);
  const isKept = new Uint8Array(count + 1);
  for (let i = 0; i < labels.length; i += 1) if (labels[i]! > 0 && isSure[i] === 1) isKept[labels[i]!] = 1;
  return isDefect.map((_, i) => isKept[labels[i]!]!);
}

async function evaluate(scorer: Scorer, list: EvaluationList, options: EvaluateOptions): Promise<Evaluation> {
  const begin = options.monotonicMs();
  const pictures = await countAll(scorer, list, options);
  return summariseEvaluation(pictures, {
    random: options.random,
    seconds: (options.monotonicMs() - begin) / 1000,
    falsePerM2: options.falsePerM2 ?? STATED_FALSE_PER_M2,
  });
}

async function countAll(scorer: Scorer, list: EvaluationList, options: CountOptions): Promise<PictureCounts[]> {
  const counts: PictureCounts[] = [];
  for (let index = 0; index < list.count; index += 1) {
    options.signal?.throwIfAborted();
    const picture = await list.picture(index);
    const { score, isDefect, marks } = await scorer.score(picture);
    counts.push(countPicture(picture, score, isDefect, marks));
    options.onScored?.(picture, score);
    options.onProgress?.({ what: 'pictures', done: index + 1, total: list.count });
  }
  return counts;
}
