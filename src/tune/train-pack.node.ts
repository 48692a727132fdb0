import { createHash } from 'node:crypto';
import { KerfError } from '#domain/kerf-error.ts';
import { packInterface, type ModelCard } from '#domain/model-card.ts';
import type { Clock, OnProgress } from '#domain/ports.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { packOfModel } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { calibrateLogits } from './calibrate-logits.ts';
import { collectPixels } from './collect-pixels.node.ts';
import { classRules } from './class-rules.ts';
import { drawnCloseUps, drawnHides, drawnTiles, heldBackHides } from './drawn-pictures.ts';
import { evaluateLocalContrast, evaluatePack } from './evaluate-pack.ts';
import type { EvaluationList } from './evaluate-pack.ts';
import { evaluationOf } from './evaluation-list.node.ts';
import { drawnConfidence } from './drawn-confidence.node.ts';
import { drawnThresholds } from './drawn-thresholds.node.ts';
import { netPackGraph } from './defect-net.ts';
import type { DefectNet } from './defect-net.ts';
import { FIRST_VERSION, writePackFiles } from './pack-files.node.ts';
import { packPlace } from './pack-place.node.ts';
import { openDataset } from './read-dataset.node.ts';
import { emptySample } from './sample-pixels.ts';
import { packScoreRow, rounded, scoreRow } from './score-row.ts';
import type { ScoreRow } from './score-row.ts';
import { tileSpeed } from './tile-speed.ts';
import { trainNet } from './train-net.node.ts';
import { collectCrops } from './training-crops.node.ts';
import type { PictureList } from './training-picture.ts';

export interface TrainOptions {
  /** "synth:leather" or a data set's folder. */
  readonly dataset: string;
  /** Folder of the pack; made anew, an older pack there is replaced at the end, nothing else. */
  readonly out: string;
  readonly id: string;
  readonly seed: number;
  /** As it stands in the card: how to make this pack again. */
  readonly command: string;
  readonly commit: string | null;
  readonly clock: Clock;
  /** Data sets to score on when done; nothing is learnt from them. */
  readonly evaluateOn?: readonly string[] | undefined;
  readonly size?: Partial<TrainSize> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** How much is drawn and learnt. */
export interface TrainSize {
  readonly hides: number;
  /** Close-ups in the two manners of drawing them. */
  readonly closeUps: number;
  readonly tiles: number;
  readonly steps: number;
  /** Crops a step. */
  readonly batch: number;
  /** Channels of the net's levels. */
  readonly levels: readonly number[];
  /** Hides for calibration and thresholds, and for the card's scores. */
  readonly chooseHides: number;
  readonly testHides: number;
  /** Hides to tell by how often marks are real. */
  readonly confidenceHides: number;
}

/** Half an hour on a free core. */
export const LEATHER_BASE_SIZE: TrainSize = {
  hides: 48,
  closeUps: 2100,
  tiles: 500,
  steps: 3600,
  batch: 12,
  levels: [16, 24, 32, 48],
  chooseHides: 8,
  testHides: 8,
  confidenceHides: 40,
};

const TILE_PX = 512;
const RIM_PX = 64;
const MM_PER_PX = 0.5;
/** Side of the pieces that are kept, and of the crops that a step takes from them. */
const PIECE_PX = 192;
const CROP_PX = 128;
const RATE = 3e-3;
const DICE = 0.5;
const DEFECT_WEIGHT = 3;

/** Trains a pack: a small U-Net on crops of the pictures; calibrates it, chooses thresholds, scores it, writes the folder.
 *  The same seed and size give the same model.onnx byte for byte (one thread).
 *  @throws KerfError TUNE_OUT_THERE, TUNE_DATASET_*, INSPECT_PROVIDER_* */
export async function trainPack(options: TrainOptions): Promise<ModelCard> {
  const size = { ...LEATHER_BASE_SIZE, ...options.size };
  await packPlace(options.out);
  const begin = options.clock.monotonicMs();
  const random = seededRandom(options.seed);
  const data = await trainingData(options, size);
  const watch = { signal: options.signal, onProgress: options.onProgress };
  const crops = await collectCrops(
    data.lists.map(({ list, pieces }) => ({ list, options: { ...watch, ...pieces, storedPx: PIECE_PX, random } })),
  );
  const classCount = data.classes.length;
  const { net: trained } = await trainNet(crops, {
    ...watch,
    levels: size.levels,
    classCount,
    steps: size.steps,
    batch: size.batch,
    sidePx: CROP_PX,
    rate: RATE,
    dice: DICE,
    defectWeight: DEFECT_WEIGHT,
    random,
  });
  const seeing: DefectNet = { ...trained, seesTwice: true };
  const held = emptySample(classCount);
  await collectPixels(data.choose, held, {
    ...watch,
    random,
    tilePx: TILE_PX,
    rimPx: RIM_PX,
    // Drawn hides are at a millimetre a pixel, and so seen once.
    graph: netPackGraph({ ...seeing, seesTwice: !data.isDrawn }, { withLogits: true }),
    wish: { defectsPerClass: 600, good: 6000 },
  });
  const { temperature, goodShift } = calibrateLogits(held);
  const net: DefectNet = { ...seeing, temperature, goodShift };
  const model = netPackGraph(net);
  const sha256 = createHash('sha256').update(model).digest('hex');
  const seconds = Math.round((options.clock.monotonicMs() - begin) / 1000);
  const blank = blankCard(options, data, net, sha256);
  const card = { ...blank, training: { ...blank.training, steps: size.steps, seconds } };
  return finishPack(card, model, options);
}

/** The end of a training, also for a model that is there: thresholds and the confidence of marks (of drawn leather), scores, speed, the folder. */
export async function finishPack(made: ModelCard, model: Uint8Array, options: TrainOptions): Promise<ModelCard> {
  const size = { ...LEATHER_BASE_SIZE, ...options.size };
  const isDrawn = options.dataset === 'synth:leather';
  const classes = isDrawn
    ? await drawnThresholds(packOfModel(options.out, made, model), options, { hides: size.chooseHides })
    : made.classes;
  const chosen = { ...made, classes };
  const markConfidence = isDrawn
    ? await drawnConfidence(packOfModel(options.out, chosen, model), options, size.confidenceHides)
    : undefined;
  const told = { ...chosen, ...(markConfidence && { markConfidence }) };
  const card = await withScores(told, model, options, size, isDrawn);
  return writePackFiles(options.out, card, model);
}

interface TrainingData {
  readonly classes: readonly string[];
  readonly lists: readonly {
    readonly list: PictureList;
    readonly pieces: { readonly onDefects: number; readonly anywhere: number };
  }[];
  readonly choose: PictureList;
  readonly isDrawn: boolean;
  readonly data: ModelCard['data'];
}

async function trainingData({ dataset, seed }: TrainOptions, size: TrainSize): Promise<TrainingData> {
  if (dataset === 'synth:leather') {
    const hides = drawnHides('train', seed, size.hides);
    return {
      classes: hides.classes,
      lists: [
        { list: hides, pieces: { onDefects: 22, anywhere: 12 } },
        { list: drawnCloseUps('train', seed, size.closeUps, PIECE_PX), pieces: { onDefects: 0, anywhere: 1 } },
        { list: drawnTiles('train', seed, size.tiles, PIECE_PX), pieces: { onDefects: 0, anywhere: 1 } },
      ],
      choose: drawnHides('choose', seed, size.chooseHides),
      isDrawn: true,
      data: [
        {
          name: 'synth:leather',
          sha256: null,
          licence: 'Apache-2.0',
          origin: 'drawn by src/synth from seeds; no picture of a camera is in it',
          items: size.hides + size.closeUps + size.tiles,
          groups: size.hides + size.closeUps + size.tiles,
          ships: true,
        },
      ],
    };
  }
  if (dataset.startsWith('synth:'))
    throw new KerfError(
      'TUNE_DATASET_UNKNOWN',
      `"${dataset}" is no drawn data set. Expected synth:leather or a folder.`,
      {
        details: { dataset },
      },
    );
  const folder = await openDataset(dataset);
  const classes = ['good', ...folder.classNames];
  if (classes.length < 2)
    throw new KerfError(
      'TUNE_DATASET_NO_DEFECTS',
      `${dataset}: every picture is good. Training classes needs defects; \`kerf tune teach\` will learn from good ones alone.`,
    );
  // Every fifth picture chooses, the others teach: neighbours in name often show the same hide, so runs of five would be kinder.
  const isChooser = (i: number) => i % 5 === 4;
  const pick = (wanted: boolean): PictureList => {
    const indices = folder.items.map((_, i) => i).filter((i) => isChooser(i) === wanted || folder.items.length < 5);
    return { count: indices.length, classes, picture: (k) => folder.read(indices[k]!, classes, MM_PER_PX) };
  };
  return {
    classes,
    lists: [{ list: pick(false), pieces: { onDefects: 6, anywhere: 3 } }],
    choose: pick(true),
    isDrawn: false,
    data: [
      {
        name: dataset.split(/[\\/]/).filter(Boolean).at(-1) ?? dataset,
        sha256: await folder.sha256(),
        licence: 'not stated',
        origin: 'a folder of the user',
        items: folder.items.length,
        groups: folder.items.length,
        ships: false,
      },
    ],
  };
}

function blankCard(options: TrainOptions, data: TrainingData, net: DefectNet, sha256: string): ModelCard {
  return {
    kerf: 1,
    id: options.id,
    version: FIRST_VERSION,
    task: 'classes',
    files: { 'model.onnx': sha256 },
    ...packInterface({ tilePx: TILE_PX, overlapPx: RIM_PX, mmPerPx: MM_PER_PX }),
    classes: data.classes.map((name) => ({ name, ...(name !== 'good' && { threshold: 0.5, ...classRules(name) }) })),
    calibration: { method: 'temperature', value: Math.round(net.temperature * 1e4) / 1e4, ece: null },
    data: data.data,
    startedFrom: [],
    training: { command: options.command, seed: options.seed, steps: 0, seconds: 0, commit: options.commit },
    scores: [],
    speed: null,
  };
}

async function withScores(
  card: ModelCard,
  model: Uint8Array,
  options: TrainOptions,
  size: TrainSize,
  isDrawn: boolean,
): Promise<ModelCard> {
  const segmenter = await openSegmenter(packOfModel(options.out, card, model), {
    provider: 'cpu',
    signal: options.signal,
  });
  const watch = {
    monotonicMs: () => options.clock.monotonicMs(),
    signal: options.signal,
    onProgress: options.onProgress,
  };
  const date = options.clock.now().slice(0, 10);
  const scores: ScoreRow[] = [];
  let ece: number | null = null;
  try {
    const lists: [string, EvaluationList][] = [];
    if (isDrawn) lists.push(['synth:leather, held-back hides', heldBackHides(options.seed, size.testHides)]);
    for (const dir of options.evaluateOn ?? []) lists.push(await evaluationOf(dir, card));
    for (const [name, list] of lists) {
      const random = () => seededRandom(options.seed);
      const own = await evaluatePack({ card }, list, segmenter, { ...watch, random: random() });
      const rival = await evaluateLocalContrast(list, { ...watch, random: random() });
      ece ??= isDrawn ? own.ece : null;
      scores.push(packScoreRow(name, date, own), scoreRow(`${name}; rival: local contrast`, date, rival));
    }
    return {
      ...card,
      calibration: card.calibration && { ...card.calibration, ece: ece === null ? null : rounded(ece) },
      scores,
      speed: await tileSpeed(card, segmenter, options.clock),
    };
  } finally {
    await segmenter.close();
  }
}
