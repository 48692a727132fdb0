import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { seededRandom } from '#domain/seeded-random.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { cropRgb } from '#inspect/pixel-source.ts';
import { systemClock } from '#station/system-clock.node.ts';
import type { PictureCounts } from '#tune/count-picture.ts';
import type { Dataset } from '#tune/dataset.ts';
import { countPictures, STATED_FALSE_PER_M2 } from '#tune/evaluate-pack.ts';
import type { EvaluationList } from '#tune/evaluate-pack.ts';
import { largestGoodPart } from '#tune/good-parts.ts';
import { summariseEvaluation } from '#tune/summarise-evaluation.ts';
import type { Evaluation } from '#tune/summarise-evaluation.ts';
import type { BenchOptions } from './bench-section.ts';

/** The scale of real-256 is not known; "per square metre" takes this. */
export const MM_PER_PX = 0.5;
const LEAST_GOOD_PX = 64;

/** What every pack of the bench is made with. */
export function made({ signal, onProgress }: BenchOptions) {
  return {
    mmPerPx: MM_PER_PX,
    command: 'npm run bench tune',
    commit: null,
    clock: systemClock,
    signal,
    onProgress,
  };
}

/** Pictures of a set to judge by, with their classes. */
export function judgedItems(set: Dataset, indices: readonly number[]): EvaluationList {
  const classes = ['good', ...set.classNames];
  return {
    count: indices.length,
    picture: async (k) => ({
      ...(await set.read(indices[k]!, classes, MM_PER_PX)),
      className: set.items[indices[k]!]!.className,
    }),
  };
}

/** Counts of a pack's folder on pictures. */
export async function counted(
  pack: string,
  list: EvaluationList,
  { signal, onProgress }: BenchOptions,
): Promise<PictureCounts[]> {
  const loaded = await loadPack(pack);
  const segmenter = await openSegmenter(loaded, { provider: 'cpu' });
  try {
    return await countPictures(loaded, list, segmenter, { signal, onProgress });
  } finally {
    await segmenter.close();
  }
}

export function summary(counts: readonly PictureCounts[]): Evaluation {
  return summariseEvaluation(counts, { random: seededRandom(1), seconds: 0, falsePerM2: STATED_FALSE_PER_M2 });
}

/** Mean of evaluations, number by number; a class's over those that have it. Intervals and bins are the first one's. */
export function meanOfAll(all: readonly Evaluation[]): Evaluation {
  const [first] = all;
  if (!first) throw new RangeError('the mean of no evaluations');
  const meanOf = <T extends object>(list: readonly T[]): T =>
    Object.fromEntries(
      Object.entries(list[0]!).map(([key, value]) => [
        key,
        typeof value === 'number'
          ? list.reduce((sum, e) => sum + (e[key as keyof T] as number), 0) / list.length
          : (value as unknown),
      ]),
    ) as T;
  const names = [...new Set(all.flatMap((e) => Object.keys(e.perClass)))].sort();
  return {
    ...meanOf(all),
    objectRecallAt: meanOf(all.map((e) => e.objectRecallAt)),
    eceFrom: meanOf(all.map((e) => e.eceFrom)),
    marks: { ...meanOf(all.map((e) => e.marks)), ece: meanOfThose(all.map((e) => e.marks.ece)) },
    perClass: Object.fromEntries(
      names.map((name) => [name, meanOf(all.flatMap((e) => (e.perClass[name] ? [e.perClass[name]] : [])))]),
    ),
  };
}

function meanOfThose(values: readonly (number | null)[]): number | null {
  const there = values.filter((v) => v !== null);
  return there.length === 0 ? null : there.reduce((sum, v) => sum + v, 0) / there.length;
}

/** Writes the largest part without mask pixels of each picture; a picture without one gives none. */
export async function writeGoodParts(set: Dataset, indices: readonly number[], dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const index of indices) {
    const picture = await set.read(index, ['good', 'defect'], MM_PER_PX);
    const part = largestGoodPart(picture, LEAST_GOOD_PX);
    if (part === null) continue;
    const rgb = cropRgb(picture.rgb, picture.widthPx, part);
    await writePicture({ rgb, ...part }, join(dir, `${picture.name}.png`));
  }
}

export async function writePicture(
  { rgb, widthPx, heightPx }: { readonly rgb: Uint8Array; readonly widthPx: number; readonly heightPx: number },
  path: string,
): Promise<void> {
  await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toFile(path);
}

/** `.123 to .456` */
export function span([low, high]: readonly [number, number]): string {
  return `${low.toFixed(3)} to ${high.toFixed(3)}`;
}
