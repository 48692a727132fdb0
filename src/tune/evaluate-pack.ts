import type { ModelCard } from '#domain/model-card.ts';
import type { OnProgress, Random } from '#domain/ports.ts';
import { prepareFill } from '#inspect/fill-table.ts';
import { labelComponents } from '#inspect/label-components.ts';
import { pixelsInMemory } from '#inspect/pixel-source.ts';
import { segmentPicture } from '#inspect/segment-picture.ts';
import type { Segmenter } from '#inspect/segmenter.ts';
import { localContrast } from './local-contrast.ts';
import {
  addCounts,
  auPro,
  bootstrapF1,
  calibrationError,
  emptyCounts,
  pixelMetrics,
  SCORE_STEPS,
  stepOf,
} from './pixel-metrics.ts';
import type { ScoreCounts } from './pixel-metrics.ts';
import { NO_MATERIAL } from './training-picture.ts';
import type { TrainingPicture } from './training-picture.ts';

/** Pictures to evaluate on: `className` groups them (null: by the classes in their masks). */
export interface EvaluationList {
  readonly count: number;
  picture(index: number): Promise<TrainingPicture & { readonly className: string | null }>;
}

/** What `kerf tune evaluate --json` prints (docs/contracts.md, "Model pack and data set"). */
export interface Evaluation {
  readonly pixelF1: number;
  readonly pixelF1AtThreshold: number;
  readonly ap: number;
  readonly auroc: number;
  readonly aupro30: number;
  readonly ece: number;
  readonly objectRecall: number;
  readonly falsePerM2: number;
  readonly perClass: Readonly<Record<string, { readonly pixelF1: number; readonly ap: number }>>;
  readonly ci95: readonly [number, number];
  readonly images: number;
  readonly seconds: number;
}

/** Gives each pixel a score in 65535ths and says whether it is taken for a defect. */
interface Scorer {
  score(picture: TrainingPicture): Promise<{ readonly score: Uint16Array; readonly isDefect: Uint8Array }>;
}

export interface EvaluateOptions {
  readonly random: Random;
  readonly monotonicMs: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Scores a pack on pictures with truth, "defect or not" by pixel, all pixels pooled. Pictures are taken at their own
 *  pixels, whatever their scale; where the mask says "no material" nothing counts and the table is filled in as
 *  inspecting does. An object is found when a quarter of it is called defect at the card's thresholds; a found patch of
 *  at least its class's area is false when no true pixel lies within 3 px. */
export function evaluatePack(
  pack: { readonly card: ModelCard },
  list: EvaluationList,
  segmenter: Segmenter,
  options: EvaluateOptions,
): Promise<Evaluation> {
  return evaluate(packScorer(pack.card, segmenter, options.signal), list, options);
}

/** The same figures for the local-contrast rival; its threshold is the best one on these very pictures, to its favour. */
export async function evaluateLocalContrast(list: EvaluationList, options: EvaluateOptions): Promise<Evaluation> {
  const pooled = emptyCounts();
  const scorer = contrastScorer(65535);
  for (let i = 0; i < list.count; i += 1) {
    const picture = await list.picture(i);
    addCounts(pooled, countPixels(picture, (await scorer.score(picture)).score));
  }
  return evaluate(contrastScorer(Math.floor(pixelMetrics(pooled).bestThreshold * 65535)), list, options);
}

function contrastScorer(threshold: number): Scorer {
  return {
    score: (p) => {
      const score = localContrast(p.rgb, p.widthPx, p.heightPx, (i) => p.mask[i] !== NO_MATERIAL);
      return Promise.resolve({ score, isDefect: Uint8Array.from(score, (v) => (v >= threshold ? 1 : 0)) });
    },
  };
}

function packScorer(card: ModelCard, segmenter: Segmenter, signal: AbortSignal | undefined): Scorer {
  const thresholds = card.classes.map((c) => (c.threshold ?? 0.5) * 65535);
  return {
    async score(p) {
      const { widthPx, heightPx } = p;
      const score = new Uint16Array(widthPx * heightPx);
      const isDefect = new Uint8Array(score.length);
      const hasTable = p.mask.includes(NO_MATERIAL);
      const hide = { mask: p.mask.map((k) => (k === NO_MATERIAL ? 0 : 1)), widthPx, heightPx };
      await segmentPicture(pixelsInMemory(p.rgb, widthPx, heightPx), segmenter, {
        tilePx: card.input.tilePx,
        rimPx: card.input.overlapPx,
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
              score[to] = 65535 - answer.scores[from]!;
              isDefect[to] = score[to]! >= thresholds[kind]! ? 1 : 0;
            }
        },
      });
      return { score, isDefect };
    },
  };
}

async function evaluate(scorer: Scorer, list: EvaluationList, options: EvaluateOptions): Promise<Evaluation> {
  const begin = options.monotonicMs();
  const pooled = emptyCounts();
  const perPicture: ScoreCounts[] = [];
  const perClass = new Map<string, ScoreCounts>();
  const objects: Float64Array[] = [];
  const at = { hits: 0, alarms: 0, misses: 0, objects: 0, found: 0, falsePatches: 0, mm2: 0 };
  for (let index = 0; index < list.count; index += 1) {
    options.signal?.throwIfAborted();
    const picture = await list.picture(index);
    const { score, isDefect } = await scorer.score(picture);
    const counts = countPixels(picture, score);
    addCounts(pooled, counts);
    perPicture.push(counts);
    for (const [name, own] of countClasses(picture, score, counts)) {
      const sum = perClass.get(name) ?? emptyCounts();
      addCounts(sum, own);
      perClass.set(name, sum);
    }
    countObjects(picture, score, isDefect, objects, at);
    options.onProgress?.({ what: 'pictures', done: index + 1, total: list.count });
  }
  const { pixelF1, ap, auroc } = pixelMetrics(pooled);
  return {
    pixelF1,
    pixelF1AtThreshold: at.hits === 0 ? 0 : (2 * at.hits) / (2 * at.hits + at.alarms + at.misses),
    ap,
    auroc,
    aupro30: auPro(objects, pooled.good),
    ece: calibrationError(pooled),
    objectRecall: at.objects === 0 ? 1 : at.found / at.objects,
    falsePerM2: at.mm2 === 0 ? 0 : at.falsePatches / (at.mm2 / 1e6),
    perClass: Object.fromEntries(
      [...perClass]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, counts]) => {
          const m = pixelMetrics(counts);
          return [name, { pixelF1: m.pixelF1, ap: m.ap }];
        }),
    ),
    ci95: bootstrapF1(perPicture, options.random),
    images: list.count,
    seconds: (options.monotonicMs() - begin) / 1000,
  };
}

function countPixels(picture: TrainingPicture, score: Uint16Array): ScoreCounts {
  const counts = emptyCounts();
  for (let i = 0; i < score.length; i += 1) {
    const kind = picture.mask[i]!;
    if (kind === NO_MATERIAL) continue;
    (kind === 0 ? counts.good : counts.defect)[stepOf(score[i]!)]! += 1;
  }
  return counts;
}

/** By the picture's own class, or, where it has none, by the classes of its mask, each against the good pixels. */
function countClasses(
  picture: TrainingPicture & { readonly className: string | null; readonly classes?: readonly string[] },
  score: Uint16Array,
  counts: ScoreCounts,
): Map<string, ScoreCounts> {
  if (picture.className !== null) return new Map(picture.className === 'good' ? [] : [[picture.className, counts]]);
  const byKind = new Map<number, ScoreCounts>();
  for (let i = 0; i < score.length; i += 1) {
    const kind = picture.mask[i]!;
    if (kind === 0 || kind === NO_MATERIAL) continue;
    let own = byKind.get(kind);
    if (!own) byKind.set(kind, (own = { defect: new Float64Array(SCORE_STEPS), good: counts.good }));
    own.defect[stepOf(score[i]!)]! += 1;
  }
  return new Map([...byKind].map(([kind, own]) => [picture.classes?.[kind] ?? String(kind), own]));
}

function countObjects(
  picture: TrainingPicture,
  score: Uint16Array,
  isDefect: Uint8Array,
  objects: Float64Array[],
  at: {
    hits: number;
    alarms: number;
    misses: number;
    objects: number;
    found: number;
    falsePatches: number;
    mm2: number;
  },
): void {
  const { widthPx, heightPx, mask, mmPerPx } = picture;
  const truth = mask.map((k) => (k === 0 || k === NO_MATERIAL ? 0 : 1));
  const real = labelComponents(truth, widthPx, heightPx, true);
  const covered = new Int32Array(real.count + 1);
  const histograms = Array.from({ length: real.count + 1 }, () => new Float64Array(SCORE_STEPS));
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i] === NO_MATERIAL) continue;
    at.mm2 += mmPerPx ** 2;
    const object = real.labels[i]!;
    if (object > 0) {
      covered[object]! += isDefect[i]!;
      histograms[object]![stepOf(score[i]!)]! += 1;
      if (isDefect[i] === 1) at.hits += 1;
      else at.misses += 1;
    } else if (isDefect[i] === 1) at.alarms += 1;
  }
  for (let k = 1; k <= real.count; k += 1) {
    objects.push(histograms[k]!);
    at.objects += 1;
    if (covered[k]! / real.areaPx[k]! >= 0.25) at.found += 1;
  }
  at.falsePatches += falsePatches(picture, truth, isDefect);
}

const REACH_PX = 3;
const LEAST_PATCH_PX = 6;

function falsePatches(picture: TrainingPicture, truth: Uint8Array, isDefect: Uint8Array): number {
  const { widthPx, heightPx, mask } = picture;
  const called = isDefect.map((v, i) => (mask[i] === NO_MATERIAL ? 0 : v));
  const patches = labelComponents(called, widthPx, heightPx, true);
  const touches = new Uint8Array(patches.count + 1);
  for (let i = 0; i < truth.length; i += 1) {
    if (truth[i] === 0) continue;
    const u = i % widthPx;
    const v = (i - u) / widthPx;
    for (let y = Math.max(0, v - REACH_PX); y <= Math.min(heightPx - 1, v + REACH_PX); y += 1)
      for (let x = Math.max(0, u - REACH_PX); x <= Math.min(widthPx - 1, u + REACH_PX); x += 1)
        touches[patches.labels[y * widthPx + x]!] = 1;
  }
  let count = 0;
  for (let k = 1; k <= patches.count; k += 1) if (touches[k] === 0 && patches.areaPx[k]! >= LEAST_PATCH_PX) count += 1;
  return count;
}
