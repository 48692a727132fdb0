import type { Random } from '#domain/ports.ts';
import { classNames, pooledCounts } from './count-picture.ts';
import type { PictureCounts } from './count-picture.ts';
import { addObjects, emptyObjects, recallAtFalseRate } from './object-counts.ts';
import { auPro, calibrationError, pixelMetrics, shareFrom, STATED_FROM } from './pixel-metrics.ts';
import { markReliability, reliabilityBins } from './reliability.ts';
import type { MarkReliability, ReliabilityBin } from './reliability.ts';
import { addCalled, calledF1, emptyCalled, tolerantF1 } from './tolerant-counts.ts';

export interface ClassEvaluation {
  /** Best over thresholds on the class's pictures, as is `tolerantF1` (2 px). */
  readonly pixelF1: number;
  readonly ap: number;
  readonly tolerantF1: number;
  /** The same at the card's thresholds, which know nothing of these pictures. */
  readonly pixelF1AtThreshold: number;
  readonly tolerantF1AtThreshold: number;
  /** Objects found at the stated false rate, the threshold that of the class's own pictures. */
  readonly objectRecallAtRate: number;
  readonly ci95: readonly [number, number];
  readonly images: number;
}

/** What `kerf tune evaluate --json` prints (docs/contracts.md, "Model pack and data set"). */
export interface Evaluation {
  readonly pixelF1: number;
  readonly pixelF1AtThreshold: number;
  readonly ap: number;
  readonly auroc: number;
  readonly aupro30: number;
  readonly ece: number;
  /** At the card's thresholds. */
  readonly objectRecall: number;
  readonly falsePerM2: number;
  readonly perClass: Readonly<Record<string, ClassEvaluation>>;
  readonly ci95: readonly [number, number];
  readonly images: number;
  readonly seconds: number;
  readonly tolerantF1: number;
  /** Mean of the classes' best F1, with its interval, and with 2 px tolerance. */
  readonly classMeanF1: number;
  readonly classMeanCi95: readonly [number, number];
  readonly classMeanTolerantF1: number;
  /** Mean of the classes' F1 at the card's thresholds, strict and tolerant. */
  readonly classMeanF1AtThreshold: number;
  readonly classMeanTolerantF1AtThreshold: number;
  /** Share of the objects found when the threshold lets so many false patches through. */
  readonly objectRecallAt: { readonly falsePerM2: number; readonly recall: number };
  readonly reliability: readonly ReliabilityBin[];
  /** The calibration error of pixels with at least the probability `least`, and the share of them: the others are nearly all of a
   *  picture, and right for free. */
  readonly eceFrom: { readonly least: number; readonly ece: number; readonly share: number };
  /** What was said of the marks that inspecting would tell, and how many of them are real. */
  readonly marks: MarkReliability;
  /** Hides, or pictures where nobody said which hide they show. */
  readonly groups: number;
}

export interface SummaryOptions {
  readonly random: Random;
  readonly seconds: number;
  /** The stated rate. */
  readonly falsePerM2: number;
  readonly rounds?: number | undefined;
}

/** The table of an evaluation from the counts of its pictures. Intervals: 95 %, by drawing hides with replacement. */
export function summariseEvaluation(pictures: readonly PictureCounts[], options: SummaryOptions): Evaluation {
  const { strict, tolerant } = pooledCounts(pictures, null);
  const { pixelF1, ap, auroc } = pixelMetrics(strict);
  const at = { hits: 0, alarms: 0, misses: 0, found: 0, falsePatches: 0 };
  const objects = emptyObjects();
  for (const p of pictures) {
    for (const key of ['hits', 'alarms', 'misses', 'found', 'falsePatches'] as const) at[key] += p.at[key];
    addObjects(objects, p.objects);
  }
  const names = classNames(pictures);
  const draws = bootstrap(pictures, names, options.random, options.rounds ?? 200);
  const perClass = Object.fromEntries(
    names.map((name, k) => {
      const own = pooledCounts(pictures, name);
      const ofClass = pictures.filter((p) => p.classes.has(name));
      const classObjects = emptyObjects();
      for (const p of ofClass) addObjects(classObjects, p.objects);
      const m = pixelMetrics(own.strict);
      const called = emptyCalled();
      for (const p of ofClass) addCalled(called, p.classes.get(name)!.called);
      const atThreshold = calledF1(called);
      return [
        name,
        {
          pixelF1: m.pixelF1,
          ap: m.ap,
          tolerantF1: tolerantF1(own.tolerant),
          pixelF1AtThreshold: atThreshold.strict,
          tolerantF1AtThreshold: atThreshold.tolerant,
          objectRecallAtRate: recallAtFalseRate(classObjects, options.falsePerM2),
          ci95: interval(draws.map((d) => d.perClass[k]!)),
          images: ofClass.length,
        },
      ];
    }),
  );
  const classes = Object.values(perClass);
  return {
    pixelF1,
    pixelF1AtThreshold: at.hits === 0 ? 0 : (2 * at.hits) / (2 * at.hits + at.alarms + at.misses),
    ap,
    auroc,
    aupro30: auPro(
      pictures.flatMap((p) => [...p.objectScores]),
      strict.good,
    ),
    ece: calibrationError(strict),
    objectRecall: objects.objects === 0 ? 1 : at.found / objects.objects,
    falsePerM2: objects.mm2 === 0 ? 0 : at.falsePatches / (objects.mm2 / 1e6),
    perClass,
    ci95: interval(draws.map((d) => d.all)),
    images: pictures.length,
    seconds: options.seconds,
    tolerantF1: tolerantF1(tolerant),
    classMeanF1: mean(classes.map((c) => c.pixelF1)),
    classMeanCi95: interval(draws.map((d) => d.mean)),
    classMeanTolerantF1: mean(classes.map((c) => c.tolerantF1)),
    classMeanF1AtThreshold: mean(classes.map((c) => c.pixelF1AtThreshold)),
    classMeanTolerantF1AtThreshold: mean(classes.map((c) => c.tolerantF1AtThreshold)),
    objectRecallAt: {
      falsePerM2: options.falsePerM2,
      recall: recallAtFalseRate(objects, options.falsePerM2),
    },
    reliability: reliabilityBins(strict),
    eceFrom: {
      least: STATED_FROM,
      ece: calibrationError(strict, STATED_FROM),
      share: shareFrom(strict, STATED_FROM),
    },
    marks: markReliability(pictures.flatMap((p) => p.marks)),
    groups: new Set(pictures.map((p) => p.group)).size,
  };
}

/** Best F1 of every class and their mean, of pictures drawn. Classes that a draw lacks do not count in its mean. */
export function classF1s(
  pictures: readonly PictureCounts[],
  names: readonly string[],
): { each: number[]; mean: number } {
  const each = names.map((name) => {
    const { strict } = pooledCounts(pictures, name);
    return strict.defect.some((n) => n > 0) ? pixelMetrics(strict).pixelF1 : NaN;
  });
  return { each, mean: mean(each.filter((f) => !Number.isNaN(f))) };
}

/** What intervals draw: pictures by hide, of one hide each by itself. Drawn whole, one hide gives an interval without width,
 *  so that every difference looked sure; its pictures give one that is too narrow for other hides. */
export function byGroup(pictures: readonly PictureCounts[]): PictureCounts[][] {
  const groups = new Map<string, PictureCounts[]>();
  for (const p of pictures) {
    const own = groups.get(p.group);
    if (own) own.push(p);
    else groups.set(p.group, [p]);
  }
  return groups.size > 1 ? [...groups.values()] : pictures.map((p) => [p]);
}

function bootstrap(pictures: readonly PictureCounts[], names: readonly string[], random: Random, rounds: number) {
  const groups = byGroup(pictures);
  return Array.from({ length: groups.length === 0 ? 0 : rounds }, () => {
    const drawn = groups.flatMap(() => groups[Math.floor(random() * groups.length)]!);
    const { each, mean: ofClasses } = classF1s(drawn, names);
    return { all: pixelMetrics(pooledCounts(drawn, null).strict).pixelF1, perClass: each, mean: ofClasses };
  });
}

/** Middle 95 % of the values; [0, 0] of none. */
export function interval(values: readonly number[]): [number, number] {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
  if (sorted.length === 0) return [0, 0];
  return [sorted[Math.floor(sorted.length * 0.025)]!, sorted[Math.ceil(sorted.length * 0.975) - 1]!];
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}
