import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#disk/make-folder.node.ts';
import type { ModelCard } from '#domain/model-card.ts';
import type { Clock, OnProgress } from '#domain/ports.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import type { Pack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import type { SegmenterOptions } from '#inspect/onnx-segmenter.node.ts';
import type { ProviderReport } from '#inspect/segmenter.ts';
import { compareCounts } from './compare-counts.ts';
import type { Comparison } from './compare-counts.ts';
import type { PictureCounts } from './count-picture.ts';
import { evaluationOf } from './evaluation-list.node.ts';
import { countPictures, evaluatePack } from './evaluate-pack.ts';
import type { EvaluationList } from './evaluate-pack.ts';
import { heldBackHides } from './drawn-pictures.ts';
import { PASTED_CLASSES, pastedPictures } from './pasted-pictures.ts';
import { openDataset } from './read-dataset.node.ts';
import { refuseLeak } from './refuse-leak.node.ts';
import { reliabilitySvg } from './reliability.ts';
import type { Evaluation } from './summarise-evaluation.ts';
import { worstTiles } from './worst-tiles.node.ts';

export interface EvaluateOnOptions extends SegmenterOptions {
  readonly clock: Clock;
  /** Scale of the data set's pictures; default: the pack's own, of two the second's. Square metres, the size of drawn defects and
   *  whether the pack looks twice go by it. */
  readonly mmPerPx?: number | undefined;
  /** How many hides "synth:leather" stands for. */
  readonly hideCount?: number | undefined;
  /** Stated rate at which the recall of objects is read. */
  readonly falsePerM2?: number | undefined;
  /** Folder for reliability.svg, reliability-marks.svg, worst.png and evaluation.json. */
  readonly reportDir?: string | undefined;
  /** Where a folder holds good pictures alone, defects are drawn into them: else there is no class to compare. */
  readonly drawsDefects?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** `kerf tune evaluate PACK DATASET`: DATASET is a folder, or "synth:leather" for hides that training does not draw.
 *  @throws KerfError INSPECT_PACK_*, INSPECT_PROVIDER_*, TUNE_DATASET_*, TUNE_LEAK */
export async function evaluatePackOn(
  packPath: string,
  dataset: string,
  options: EvaluateOnOptions,
): Promise<{ evaluation: Evaluation; provider: ProviderReport }> {
  const pack = await loadPack(packPath);
  const list = await refuseLeak(await listOf(pack.card, dataset, options), pack.dir, pack.card);
  const segmenter = await openSegmenter(pack, options);
  const worst = worstTiles();
  try {
    const evaluation = await evaluatePack(pack, list, segmenter, {
      random: seededRandom(1),
      monotonicMs: () => options.clock.monotonicMs(),
      falsePerM2: options.falsePerM2,
      signal: options.signal,
      onProgress: options.onProgress,
      onScored: options.reportDir === undefined ? undefined : (picture, score) => worst.see(picture, score),
    });
    if (options.reportDir !== undefined) await writeReport(options.reportDir, pack.card, evaluation, await worst.png());
    return { evaluation, provider: segmenter.provider };
  } finally {
    await segmenter.close();
  }
}

/** `kerf tune compare A B DATASET`: both packs on the same pictures, at one scale: the one that is stated, else that of B, the
 *  new pack at a promotion. "synth:leather" are hides that training with B's seed does not draw; nor does any other seed.
 *  @throws KerfError as evaluatePackOn */
export async function comparePacksOn(
  pathA: string,
  pathB: string,
  dataset: string,
  options: EvaluateOnOptions,
): Promise<Comparison> {
  const packs = [await loadPack(pathA), await loadPack(pathB)] as const;
  const list = await listForBoth(packs, dataset, options);
  const counts: PictureCounts[][] = [];
  for (const pack of packs) {
    const segmenter = await openSegmenter(pack, options);
    try {
      counts.push(await countPictures(pack, list, segmenter, options));
    } finally {
      await segmenter.close();
    }
  }
  return compareCounts(counts[0]!, counts[1]!, seededRandom(1));
}

/** What both packs are judged on: B's, and nothing that either learnt from. */
export async function listForBoth(
  packs: readonly [a: Pack, b: Pack],
  dataset: string,
  options: Pick<EvaluateOnOptions, 'mmPerPx' | 'hideCount' | 'drawsDefects'>,
): Promise<EvaluationList> {
  const isDrawnInto =
    options.drawsDefects === true &&
    !dataset.startsWith('synth:') &&
    (await openDataset(dataset)).classNames.length === 0;
  let plain = await listOf(packs[1].card, dataset, options);
  for (const pack of packs) plain = await refuseLeak(plain, pack.dir, pack.card);
  return isDrawnInto ? withDrawnDefects(plain) : plain;
}

async function listOf(
  card: ModelCard,
  dataset: string,
  options: Pick<EvaluateOnOptions, 'mmPerPx' | 'hideCount'>,
): Promise<EvaluationList> {
  if (dataset === 'synth:leather') return heldBackHides(card.training.seed, options.hideCount ?? 10);
  return (await evaluationOf(dataset, card, options.mmPerPx))[1];
}

/** How often each good picture is drawn into, each time with other defects. */
const DRAWN_VARIANTS = 3;

/** Good pictures with defects drawn into them, the same ones for every pack; those of one picture stay together. */
function withDrawnDefects(good: EvaluationList): EvaluationList {
  const groupOf = new Map<number, string>();
  const plain = {
    count: good.count,
    classes: PASTED_CLASSES,
    picture: async (index: number) => {
      const picture = await good.picture(index);
      groupOf.set(index, picture.group ?? picture.name);
      return picture;
    },
  };
  const drawn = pastedPictures(plain, DRAWN_VARIANTS, 1, { isLightVaried: false });
  return {
    count: drawn.count,
    picture: async (index) => {
      const picture = await drawn.picture(index);
      const group = groupOf.get(Math.floor(index / DRAWN_VARIANTS));
      return { ...picture, className: null, classes: PASTED_CLASSES, group };
    },
  };
}

async function writeReport(dir: string, card: ModelCard, evaluation: Evaluation, worst: Buffer | null): Promise<void> {
  await makeFolder(dir);
  const title = `${card.id} ${card.version}: calibration error ${evaluation.ece.toFixed(3)}`;
  await writeFile(join(dir, 'reliability.svg'), reliabilitySvg(evaluation.reliability, title));
  const { count, ece } = evaluation.marks;
  const ofMarks = `${card.id} ${card.version}: ${count} marks${ece === null ? '' : `, calibration error ${ece.toFixed(3)}`}`;
  await writeFile(join(dir, 'reliability-marks.svg'), reliabilitySvg(evaluation.marks.reliability, ofMarks, 'marks'));
  await writeFile(join(dir, 'evaluation.json'), `${JSON.stringify(evaluation, null, 1)}\n`);
  if (worst !== null) await writeFile(join(dir, 'worst.png'), worst);
}
