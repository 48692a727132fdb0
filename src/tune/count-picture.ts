import { addCounts, emptyCounts, SCORE_STEPS, stepOf } from './pixel-metrics.ts';
import type { ScoreCounts } from './pixel-metrics.ts';
import type { SeenDefect } from '#inspect/find-defects.ts';
import { judgeMarks } from './judged-marks.ts';
import type { JudgedMark } from './judged-marks.ts';
import { countObjects, matchObjects, objectsOf } from './object-counts.ts';
import type { ObjectCounts } from './object-counts.ts';
import { addTolerant, countCalled, countTolerant, emptyTolerant } from './tolerant-counts.ts';
import type { CalledCounts, TolerantCounts } from './tolerant-counts.ts';
import { NO_MATERIAL } from './training-picture.ts';
import type { TrainingPicture } from './training-picture.ts';

/** A picture to judge on. `className` groups pictures (null: by the classes in their masks); `group` says which hide it
 *  shows: pictures of one hide are drawn together when intervals are made. */
export interface JudgedPicture extends TrainingPicture {
  readonly className: string | null;
  readonly group?: string | undefined;
  /** Class names by index of the mask. */
  readonly classes?: readonly string[] | undefined;
}

/** All that judging needs to know of one picture: counts, no pixels. */
export interface PictureCounts {
  readonly name: string;
  readonly group: string;
  /** Hash of scale and mask: counts of two packs are only set side by side where it is the same. */
  readonly truth: number;
  readonly strict: ScoreCounts;
  readonly tolerant: TolerantCounts;
  readonly objects: ObjectCounts;
  /** At the card's thresholds. */
  readonly at: { hits: number; alarms: number; misses: number; found: number; falsePatches: number };
  /** Histogram of the scores of every true object, for the overlap curve. */
  readonly objectScores: readonly Float64Array[];
  readonly marks: readonly JudgedMark[];
  /** Counts of each class that the picture speaks for. */
  readonly classes: ReadonlyMap<string, ClassCounts>;
}

export interface ClassCounts {
  readonly strict: ScoreCounts;
  readonly tolerant: TolerantCounts;
  /** Of what is called defect at the card's thresholds. */
  readonly called: CalledCounts;
}

/** Counts a picture with the scores that a pack gave it, in 65535ths, what it calls defect by its own thresholds, and the marks that
 *  inspecting would tell. */
export function countPicture(
  picture: JudgedPicture,
  score: Uint16Array,
  isDefect: Uint8Array,
  marks: readonly SeenDefect[] = [],
): PictureCounts {
  const { mask } = picture;
  const objects = objectsOf(picture);
  const strict = countPixels(mask, score);
  const tolerant = tolerantOf(picture, objects.truth, score);
  const at = { hits: 0, alarms: 0, misses: 0, ...matchObjects(picture, objects, (i) => isDefect[i] === 1) };
  const objectScores = Array.from({ length: objects.real.count }, () => new Float64Array(SCORE_STEPS));
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i] === NO_MATERIAL) continue;
    const object = objects.real.labels[i]!;
    if (object > 0) objectScores[object - 1]![stepOf(score[i]!)]! += 1;
    if (isDefect[i] === 1) at[object > 0 ? 'hits' : 'alarms'] += 1;
    else if (object > 0) at.misses += 1;
  }
  return {
    name: picture.name,
    group: picture.group ?? picture.name,
    truth: truthHash(picture),
    strict,
    tolerant,
    objects: countObjects(picture, objects, score),
    at,
    objectScores,
    marks: judgeMarks(picture, objects, marks),
    classes: classCounts(picture, score, isDefect, {
      strict,
      tolerant,
      called: calledOf(picture, objects.truth, isDefect),
    }),
  };
}

/** FNV-1a. */
function truthHash({ mask, widthPx, heightPx, mmPerPx }: JudgedPicture): number {
  let hash = 0x811c9dc5;
  const see = (byte: number) => (hash = Math.imul(hash ^ byte, 0x01000193) >>> 0);
  for (const sign of `${widthPx}x${heightPx} ${mmPerPx}`) see(sign.charCodeAt(0));
  for (const kind of mask) see(kind);
  return hash;
}

function countPixels(mask: Uint8Array, score: Uint16Array): ScoreCounts {
  const counts = emptyCounts();
  for (let i = 0; i < score.length; i += 1) {
    const kind = mask[i]!;
    if (kind !== NO_MATERIAL) (kind === 0 ? counts.good : counts.defect)[stepOf(score[i]!)]! += 1;
  }
  return counts;
}

function tolerantOf(picture: JudgedPicture, isTrue: Uint8Array, score: Uint16Array): TolerantCounts {
  const { mask, widthPx, heightPx } = picture;
  return countTolerant(score, isTrue, (i) => mask[i] !== NO_MATERIAL, widthPx, heightPx);
}

function calledOf({ mask, widthPx, heightPx }: JudgedPicture, isTrue: Uint8Array, isDefect: Uint8Array): CalledCounts {
  return countCalled(isDefect, isTrue, (i) => mask[i] !== NO_MATERIAL, widthPx, heightPx);
}

/** A class that a picture speaks for: the picture's mask as far as it counts there, and the class's own pixels. */
export interface JudgedClass {
  readonly name: string;
  readonly mask: Uint8Array;
  readonly isTrue: Uint8Array;
}

/** By the picture's own class, or, where it has none, by the classes of its mask, each against the good pixels. */
export function judgedClasses({ mask, className, classes }: JudgedPicture): JudgedClass[] {
  if (className === 'good') return [];
  if (className !== null)
    return [{ name: className, mask, isTrue: mask.map((k) => (k === 0 || k === NO_MATERIAL ? 0 : 1)) }];
  const kinds = new Set(mask);
  kinds.delete(0);
  kinds.delete(NO_MATERIAL);
  return [...kinds].map((kind) => ({
    name: classes?.[kind] ?? String(kind),
    mask: mask.map((k) => (k === kind || k === 0 ? k : NO_MATERIAL)),
    isTrue: mask.map((k) => (k === kind ? 1 : 0)),
  }));
}

function classCounts(
  picture: JudgedPicture,
  score: Uint16Array,
  isDefect: Uint8Array,
  whole: ClassCounts,
): PictureCounts['classes'] {
  return new Map(
    judgedClasses(picture).map(({ name, mask, isTrue }) => {
      if (picture.className !== null) return [name, whole];
      const own = { ...picture, mask };
      return [
        name,
        {
          strict: countPixels(mask, score),
          tolerant: tolerantOf(own, isTrue, score),
          called: calledOf(own, isTrue, isDefect),
        },
      ];
    }),
  );
}

/** Names of all classes that the pictures speak for, in order. */
export function classNames(pictures: readonly PictureCounts[]): string[] {
  return [...new Set(pictures.flatMap((p) => [...p.classes.keys()]))].sort();
}

/** Counts of one class, or of all pixels (null), pooled over pictures. */
export function pooledCounts(
  pictures: readonly PictureCounts[],
  className: string | null,
): { strict: ScoreCounts; tolerant: TolerantCounts } {
  const strict = emptyCounts();
  const tolerant = emptyTolerant();
  for (const picture of pictures) {
    const own = className === null ? picture : picture.classes.get(className);
    if (!own) continue;
    addCounts(strict, own.strict);
    addTolerant(tolerant, own.tolerant);
  }
  return { strict, tolerant };
}
