import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { sha256Of } from '#disk/sha256.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { packInterface, type ModelCard } from '#domain/model-card.ts';
import type { Clock, OnProgress } from '#domain/ports.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import type { Pack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { netOfModel } from './base-net.ts';
import { calibrateFused } from './calibrate-fused.ts';
import type { FusedCalibration } from './calibrate-fused.ts';
import { bestMarks, countMarks } from './choose-marks.ts';
import type { MarkCounts } from './choose-marks.ts';
import { classRules } from './class-rules.ts';
import { collectPixels } from './collect-pixels.node.ts';
import type { Dataset } from './dataset.ts';
import { countPictures, evaluatePack, judgedMarks } from './evaluate-pack.ts';
import { fitConfidence, speakForHides } from './fit-confidence.ts';
import { evidenceGraph, fusedGraph } from './fused-graph.ts';
import { pixelHash } from './good-pictures.node.ts';
import { LABEL_BATCH, LABEL_CROP_PX, stateSize, stepSeconds, trainOnLabels } from './label-training.node.ts';
import { normalityOfList } from './normality-of-list.node.ts';
import { FIRST_VERSION, learntPictures, PICTURES_FILE, readLearntPictures, writePackFiles } from './pack-files.node.ts';
import type { LearntPicture } from './pack-files.node.ts';
import { packPlace } from './pack-place.node.ts';
import { PASTED_CLASSES, pastedPictures } from './pasted-pictures.ts';
import { openDataset } from './read-dataset.node.ts';
import { trainHead } from './train-head.node.ts';
import { packScoreRow, rounded } from './score-row.ts';
import { emptySample } from './sample-pixels.ts';
import { holdBack } from './split-hides.ts';
import { lossCurve } from './loss-curve.ts';
import { tileSpeed } from './tile-speed.ts';
import { collectCrops } from './training-crops.node.ts';
import type { PictureList } from './training-picture.ts';
import { dropState, keepState, readState } from './training-state.node.ts';
import type { TrainingState } from './training-state.node.ts';

export interface LabelOptions {
  /** A data set's folder; where it holds good pictures alone, defects are drawn into them. */
  readonly dataset: string;
  /** Items of the data set to use; default: all. */
  readonly only?: ((name: string) => boolean) | undefined;
  readonly out: string;
  readonly id: string;
  readonly seed: number;
  readonly steps?: number | undefined;
  readonly levels?: readonly number[] | undefined;
  /** Steps between two looks at what is held back; default: LOOK_EVERY. */
  readonly lookEvery?: number | undefined;
  /** A pack whose net is the start; default: chance. */
  readonly base?: Pack | undefined;
  /** Goes on where a stopped training of the same data, hides, scale, seed and steps left off. */
  readonly isResumed?: boolean | undefined;
  readonly mmPerPx: number;
  readonly command: string;
  readonly commit: string | null;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Told before training starts. */
  readonly onEstimate?: ((estimate: TrainingEstimate) => void) | undefined;
  /** Told what a stop would leave to go on from: what lay there before the first step, and each state that is kept. */
  readonly onKept?: ((kept: KeptTraining) => void) | undefined;
}

/** A training that can be gone on with. */
export interface KeptTraining {
  readonly dir: string;
  readonly step: number;
  /** Most steps. */
  readonly steps: number;
  /** It lay there before this one began. */
  readonly isFound: boolean;
}

export interface TrainingEstimate {
  readonly pictures: number;
  /** 0: all pictures show one hide, or are one run of neighbours. */
  readonly heldBack: number;
  readonly classes: readonly string[];
  readonly steps: number;
  readonly minutes: number;
  readonly memoryMb: number;
}

/** Most steps: some seven minutes of one core, and early stopping may end them. */
export const LABEL_STEPS = 1500;
const LEVELS: readonly number[] = [16, 24, 32, 48];
const TILE_PX = 512;
const RIM_PX = 64;
/** Larger tiles where parts of the graph see farther: a wide rim costs less on them. */
const FUSED_TILE_PX = 1024;
const FUSED_RIM_PX = 96;
const PIECE_PX = 192;
const PIECES = { onDefects: 6, anywhere: 3 } as const;
/** How often each good picture is drawn into, anew each time. */
const VARIANTS = 12;
/** The same of those that are held back: each is looked at by the whole graph, twice. */
const HELD_VARIANTS = 3;
/** What is done beside the steps, in the time of so many steps, which is measured: what teaches is cut and goes through the head
 *  and the Gaussian, for each megapixel; what is held back through the whole graph, for each of them and each look; opening,
 *  fitting and timing once. By the processor time of trainings on 5 pictures of 1 megapixel, 16 of 256 px and 2 good ones of 700 px:
 *  9 to 10, 8 to 12, and some 25. */
const TEACH_STEPS = 10;
const LOOK_STEPS = 9;
const ONCE_STEPS = 25;
/** What the head's sample holds. */
const SAMPLE_BYTES = 160e6;
/** What the process holds beside that, and by how much what cutting leaves behind outgrows the pieces. By the most memory of two
 *  trainings, of 141 labelled pictures (846 MB) and of as many good ones drawn into (1306 MB): this says 913 and 1297. */
const PROCESS_MB = 400;
const CUTTING_SHARE = 1.6;

/** Trains a pack on a user's labelled pictures, or on good ones with defects drawn into them: a small net, stopped when
 *  held-back hides get no better, fused with a head on hand-made channels and a Gaussian of good material where they help,
 *  calibrated on the held-back hides. The same data, seed and steps give the same model.onnx byte for byte, stopped on the way or not.
 *  @throws KerfError TUNE_OUT_THERE, TUNE_DATASET_*, TUNE_MASK_*, TUNE_LABELS_REFUSED, TUNE_PICTURE_BROKEN, TUNE_CLASS_EMPTY,
 *  TUNE_TRAINING_NAN, TUNE_RESUME_DIFFERS */
export async function labelPack(options: LabelOptions): Promise<ModelCard> {
  await packPlace(options.out);
  const begin = options.clock.monotonicMs();
  const { signal, onProgress, seed } = options;
  const watch = { signal, onProgress };
  const data = await labelledData(options);
  const { classes } = data;
  const steps = options.steps ?? LABEL_STEPS;
  const levels = options.levels ?? LEVELS;
  const stateDir = `${options.out}.training`;
  const of = trainingId(data, options, steps, levels);
  const found = await foundState(stateDir, of, stateSize(levels, classes.length), options.isResumed === true);
  const told = (step: number, isFound: boolean) => options.onKept?.({ dir: stateDir, step, steps, isFound });
  if (found) told(found.step, true);
  if (options.onEstimate)
    options.onEstimate(estimate(data, steps, await stepSeconds(levels, classes.length, options.clock)));
  const random = seededRandom(seed);
  const cut = (list: PictureList) =>
    collectCrops([
      { list, options: { ...watch, ...(data.isPasted ? PASTED_PIECES : PIECES), storedPx: PIECE_PX, random } },
    ]);
  const crops = await cut(data.teach);
  const held = await cut(data.choose);
  const { net: trained, state } = await trainOnLabels(crops, held, {
    levels,
    classCount: classes.length,
    steps,
    lookEvery: options.lookEvery,
    seed,
    start: options.base ? startOf(options.base, levels, classes) : undefined,
    of,
    resume: options.isResumed === true ? found : null,
    onState: async (kept) => {
      await keepState(stateDir, kept);
      told(kept.step, false);
    },
    signal,
    onStep: (step, curve) => onProgress?.({ what: `training ${lossCurve(curve)}`, done: step, total: steps }),
  });
  // Drawn defects teach what real ones look like roughly: two sizes that agree keep false marks away (decision 57). Labels teach
  // it at one size, and another only blurs that.
  const net = { ...trained, seesTwice: data.isPasted };
  const gaussian = await normalityOfList(data.plain, 2, signal);
  const head = await trainHead(data.teach, seed, { ...watch, tilePx: TILE_PX, rimPx: RIM_PX });
  const sample = emptySample(classes.length + 2);
  await collectPixels(data.choose, sample, {
    ...watch,
    random,
    tilePx: FUSED_TILE_PX,
    rimPx: FUSED_RIM_PX,
    graph: evidenceGraph({ net, normality: gaussian, head }),
    wish: { defectsPerClass: 600, good: 3000 },
  });
  const calibration = calibrateFused(sample);
  const model = fusedGraph({ net, normality: gaussian, head, ...calibration });
  const listed = learntPictures([...data.learnt, ...(await learntByBase(options.base))]);
  const files = { 'model.onnx': sha256Of(model), [PICTURES_FILE]: sha256Of(listed) };
  const seconds = (options.clock.monotonicMs() - begin) / 1000;
  const blank = labelCard(options, data, calibration, files, { steps: state.step, seconds });
  const card = await judged(blank, model, data, options);
  const written = await writePackFiles(options.out, card, model, { [PICTURES_FILE]: listed });
  await dropState(stateDir);
  return written;
}

/** The state of this very training. Only who wants to go on is told that what lies there is another's, or broken. */
async function foundState(dir: string, of: string, count: number, isWanted: boolean): Promise<TrainingState | null> {
  try {
    return await readState(dir, of, count);
  } catch (error) {
    if (isWanted || !(error instanceof KerfError)) throw error;
    return null;
  }
}

const PASTED_PIECES = { onDefects: 0, anywhere: 2 } as const;

interface LabelledData {
  readonly name: string;
  readonly sha256: string;
  readonly classes: readonly string[];
  readonly teach: PictureList;
  readonly choose: PictureList;
  /** Names of the pictures of both. */
  readonly split: { readonly teach: readonly string[]; readonly choose: readonly string[] };
  /** Whether `choose` are others than `teach`. */
  readonly isHeldBack: boolean;
  /** The pictures as they are, for the Gaussian of what is good. */
  readonly plain: PictureList;
  readonly isPasted: boolean;
  readonly learnt: readonly LearntPicture[];
  /** Megapixels of `teach` and `choose`, each as often as it is drawn into. */
  readonly megapixels: { readonly teach: number; readonly choose: number };
  readonly pictureCount: number;
  /** Hides, or pictures where nobody said which hide they show. */
  readonly hideCount: number;
  readonly classNameOf: (choose: number) => string | null;
}

async function labelledData(options: LabelOptions): Promise<LabelledData> {
  const set = await openDataset(options.dataset);
  const indices = set.items.map((_, i) => i).filter((i) => options.only?.(set.items[i]!.name) ?? true);
  const items = indices.map((i) => set.items[i]!);
  const isPasted = items.every((i) => i.className === 'good');
  const classes = isPasted ? PASTED_CLASSES : ['good', ...set.classNames];
  const { teach, choose, isApart } = holdBack(items);
  const listOf = (part: readonly number[]): PictureList => ({
    count: part.length,
    classes,
    picture: (k) => set.read(indices[part[k]!]!, classes, options.mmPerPx),
  });
  const { learnt, sizesPx } = await lookThrough(set, indices, classes, isPasted, options);
  const plain = listOf(teach);
  const megapixelsOf = (part: readonly number[], variants: number) =>
    part.reduce((sum, k) => sum + sizesPx[k]! / 1e6, 0) * (isPasted ? variants : 1);
  const pasted = (list: PictureList, variants: number, seed: number, isLightVaried: boolean) =>
    isPasted ? pastedPictures(list, variants, seed, { isLightVaried }) : list;
  return {
    name: basename(resolve(options.dataset)),
    sha256: await set.sha256(),
    classes,
    teach: pasted(plain, VARIANTS, options.seed * 2, true),
    choose: pasted(listOf(choose), HELD_VARIANTS, options.seed * 2 + 1, false),
    split: { teach: teach.map((i) => items[i]!.name), choose: choose.map((i) => items[i]!.name) },
    isHeldBack: isApart,
    plain,
    isPasted,
    learnt,
    megapixels: { teach: megapixelsOf(teach, VARIANTS), choose: megapixelsOf(choose, HELD_VARIANTS) },
    pictureCount: items.length,
    hideCount: new Set(items.map((i) => i.group ?? `picture ${i.name}`)).size,
    classNameOf: (k) => (isPasted ? null : items[choose[k]!]!.className),
  };
}

/** Reads every picture once before training starts: what is broken is said now, not after nine minutes. */
async function lookThrough(
  set: Dataset,
  indices: readonly number[],
  classes: readonly string[],
  isPasted: boolean,
  { mmPerPx, signal, onProgress }: LabelOptions,
): Promise<{ learnt: LabelledData['learnt']; sizesPx: readonly number[] }> {
  const learnt: LearntPicture[] = [];
  const sizesPx: number[] = [];
  const pixels = new Float64Array(256);
  for (const [k, i] of indices.entries()) {
    signal?.throwIfAborted();
    const picture = await set.read(i, classes, mmPerPx);
    for (const kind of picture.mask) pixels[kind]! += 1;
    sizesPx.push(picture.mask.length);
    learnt.push({ name: picture.name, sha256: pixelHash(picture), hide: set.items[i]!.group ?? undefined });
    onProgress?.({ what: 'reading', done: k + 1, total: indices.length });
  }
  if (indices.length === 0)
    throw new KerfError('TUNE_DATASET_EMPTY', `${set.dir}: none of its pictures is to be used.`);
  const empty = isPasted ? -1 : classes.findIndex((_, kind) => kind > 0 && pixels[kind] === 0);
  if (empty > 0)
    throw new KerfError(
      'TUNE_CLASS_EMPTY',
      `${set.dir}: class "${classes[empty]!}" has no pixel in any mask. Draw its masks, or take its pictures out of the set.`,
      { details: { class: classes[empty]! } },
    );
  return { learnt, sizesPx };
}

function startOf(base: Pack, levels: readonly number[], classes: readonly string[]) {
  const classNames = base.card.classes.map((c) => c.name);
  const net = netOfModel({ model: base.model, classNames }, levels, classes);
  if (net === null)
    throw new KerfError(
      'TUNE_BASE_UNFIT',
      `${base.dir}: its model holds no net of this shape to start from. Leave --base out, or name a pack that \`kerf tune train\` made.`,
      { details: { pack: base.card.id } },
    );
  return net;
}

/** A pack is as free as what it learnt from. */
function licenceOf({ data }: ModelCard): string {
  return [...new Set(data.map((d) => d.licence))].join(', ') || 'not stated';
}

/** What the base learnt from is learnt: no pack on it may be judged by these pictures either. */
async function learntByBase(base: Pack | undefined): Promise<readonly LearntPicture[]> {
  return base === undefined ? [] : ((await readLearntPictures(base.dir, base.card)) ?? []);
}

/** Names a training by all that its steps depend on: which pictures teach and which are held back too, or going on would teach by
 *  some that stop and calibrate, and call them held back. */
function trainingId(
  data: LabelledData,
  { seed, mmPerPx, lookEvery, base }: LabelOptions,
  steps: number,
  levels: readonly number[],
): string {
  const of = {
    sha256: data.sha256,
    learnt: data.learnt.map((p) => p.sha256),
    split: data.split,
    isPasted: data.isPasted,
    classes: data.classes,
    base: base?.sha256 ?? null,
    ...{ seed, steps, levels, mmPerPx, lookEvery: lookEvery ?? null },
  };
  return createHash('sha256').update(JSON.stringify(of)).digest('hex');
}

function estimate(data: LabelledData, steps: number, secondsAStep: number): TrainingEstimate {
  const pieceBytes = 4 * PIECE_PX * PIECE_PX;
  const pieces = (data.teach.count + data.choose.count) * (data.isPasted ? 2 : PIECES.onDefects + PIECES.anywhere);
  // Calibrating and choosing thresholds; judging, and the confidence of marks of labels of hides that were held back.
  const looks = 2 + (data.isHeldBack ? 1 : 0) + (data.isHeldBack && !data.isPasted ? 1 : 0);
  const { teach, choose } = data.megapixels;
  const more = ONCE_STEPS + teach * TEACH_STEPS + choose * looks * LOOK_STEPS;
  const batchBytes = LABEL_BATCH * LABEL_CROP_PX ** 2 * 4 * (4 + data.classes.length + 60);
  return {
    pictures: data.pictureCount,
    heldBack: !data.isHeldBack ? 0 : data.isPasted ? data.choose.count / HELD_VARIANTS : data.choose.count,
    classes: data.classes.slice(1),
    steps,
    minutes: ((steps + more) * secondsAStep) / 60,
    memoryMb: Math.round((CUTTING_SHARE * pieces * pieceBytes + batchBytes + SAMPLE_BYTES) / 1e6 + PROCESS_MB),
  };
}

function labelCard(
  options: LabelOptions,
  data: LabelledData,
  calibration: FusedCalibration,
  files: Readonly<Record<string, string>>,
  training: { readonly steps: number; readonly seconds: number },
): ModelCard {
  const isFused = calibration.normalityWeight > 0 || calibration.headWeight > 0;
  return {
    kerf: 1,
    id: options.id,
    version: FIRST_VERSION,
    task: isFused ? 'fused' : 'classes',
    files,
    ...packInterface({
      tilePx: isFused ? FUSED_TILE_PX : TILE_PX,
      overlapPx: isFused ? FUSED_RIM_PX : RIM_PX,
      mmPerPx: options.mmPerPx,
    }),
    classes: data.classes.map((name) => ({
      name,
      ...(name !== 'good' && classRules(name)),
    })),
    calibration: { method: 'temperature', value: Math.round(calibration.temperature * 1e4) / 1e4, ece: null },
    data: [
      {
        name: data.name,
        sha256: data.sha256,
        licence: 'not stated',
        origin: data.isPasted ? 'good pictures of the user, defects drawn into them' : 'labelled pictures of the user',
        items: data.pictureCount,
        groups: data.hideCount,
        ships: false,
      },
    ],
    startedFrom: options.base
      ? [{ name: options.base.card.id, licence: licenceOf(options.base.card), sha256: options.base.sha256 }]
      : [],
    training: {
      command: options.command,
      seed: options.seed,
      steps: training.steps,
      seconds: Math.round(training.seconds),
      commit: options.commit,
    },
    scores: [],
    speed: null,
  };
}

/** What a card says in the place of figures where the same pictures taught and chose. */
const NOTHING_HELD_BACK = 'nothing was held back: all pictures show one hide, or are one run of neighbours';
const HELD_BACK = 'held back to stop, calibrate and choose thresholds by';

/** Chooses on what was held back what the pack calls a defect, judges it there (a little too kind: calibration was chosen on
 *  it too), and times a tile. Where nothing was held back it is not judged: that would be by what taught it. */
async function judged(
  blank: ModelCard,
  model: Uint8Array,
  data: LabelledData,
  options: LabelOptions,
): Promise<ModelCard> {
  const segmenter = await openSegmenter(
    { dir: options.out, card: blank, model, sha256: sha256Of(model) },
    { provider: 'cpu', workers: 1, signal: options.signal },
  );
  try {
    const list = {
      count: data.choose.count,
      picture: async (k: number) => ({
        ...(await data.choose.picture(k)),
        className: data.classNameOf(k),
        classes: data.classes,
      }),
    };
    const watch = { signal: options.signal, onProgress: options.onProgress };
    const marks: MarkCounts = new Map();
    const counts = await countPictures({ card: blank }, list, segmenter, {
      ...watch,
      onScored: (picture, score) => countMarks(marks, picture, score),
    });
    const rule = bestMarks(marks);
    const date = options.clock.now().slice(0, 10);
    const chosen = { ...blank, classes: blank.classes.map((c, k) => (k === 0 ? c : { ...c, ...rule })) };
    if (!data.isHeldBack)
      return {
        ...chosen,
        scores: [{ set: NOTHING_HELD_BACK, date: date, pixelF1: null, ece: null }],
        speed: await tileSpeed(chosen, segmenter, options.clock),
      };
    // How many marks are real where defects were drawn in says how many were drawn in, and on close-ups how they were chosen.
    const markConfidence =
      data.isPasted || !speakForHides(counts)
        ? undefined
        : fitConfidence(await judgedMarks({ card: chosen }, list, segmenter, watch), HELD_BACK);
    const card = { ...chosen, ...(markConfidence && { markConfidence }) };
    const e = await evaluatePack({ card }, list, segmenter, {
      ...watch,
      random: seededRandom(options.seed),
      monotonicMs: () => options.clock.monotonicMs(),
    });
    return {
      ...card,
      calibration: { ...card.calibration!, ece: rounded(e.ece) },
      scores: [packScoreRow(HELD_BACK, date, e)],
      speed: await tileSpeed(card, segmenter, options.clock),
    };
  } finally {
    await segmenter.close();
  }
}
