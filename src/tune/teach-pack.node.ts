import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { sha256Of } from '#disk/sha256.node.ts';
import { packInterface, type ModelCard } from '#domain/model-card.ts';
import type { Clock, OnProgress } from '#domain/ports.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { classRules } from './class-rules.ts';
import { readGoodPictures } from './good-pictures.node.ts';
import type { GoodPicture } from './good-pictures.node.ts';
import { judgeEvidence } from './judge-evidence.ts';
import type { Judgement } from './judge-evidence.ts';
import { LEATHER_SUPPORT_PX } from './leather-channels.ts';
import { curveLogit, probabilityOf } from './monotone-curve.ts';
import { normalityGraph } from './normality-graph.ts';
import type { NormalityModel, ReducedBy } from './normality-graph.ts';
import { FIRST_VERSION, learntPictures, PICTURES_FILE, writePackFiles } from './pack-files.node.ts';
import { packPlace } from './pack-place.node.ts';
import { gatherEvidence, SCORE_FROM, TAUGHT_STEP } from './teach-evidence.node.ts';
import type { TeachEvidence } from './teach-evidence.node.ts';
import { tileSpeed } from './tile-speed.ts';

export interface TeachOptions {
  /** Folder with 1 to 20 pictures of good material. */
  readonly folder: string;
  /** Folder of the pack; made anew, an older pack there is replaced at the end, nothing else. */
  readonly out: string;
  readonly id: string;
  /** Scale of the pictures. */
  readonly mmPerPx: number;
  readonly seed: number;
  /** As it stands in the card: how to make this pack again. */
  readonly command: string;
  readonly commit: string | null;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Tile cores have this side whatever the rim: the wide rim costs less on larger tiles. */
const CORE_PX = 768;
const SCALES: readonly ReducedBy[] = [2, 1];
/** The finer scale costs four times as much: it is taken only when it finds this much more of what was pasted. */
const FINER_GAIN = 1.25;

/** What was taught, before it is a pack. */
export interface Taught {
  readonly model: NormalityModel;
  readonly judgement: Judgement;
  /** Whether that was judged on pictures, or quarters of one, that did not teach. */
  readonly isLeftOut: boolean;
  /** P(defect) from which on a pixel is a defect. */
  readonly threshold: number;
  /** P(defect) that a patch of such pixels must reach somewhere. */
  readonly sureFrom: number;
}

/** Learns what good material looks like from 1 to 20 pictures of it, in under a minute on two cores: one Gaussian over
 *  hand-made channels, its scale, threshold and calibration chosen on left-out good pictures with drawn defects pasted
 *  in. The same pictures and seed give the same model.onnx byte for byte.
 *  @throws KerfError TUNE_OUT_THERE, TUNE_DATASET_MISSING, TUNE_GOOD_EMPTY, TUNE_PICTURE_BROKEN, TUNE_PICTURE_TOO_SMALL,
 *  TUNE_PICTURE_BLANK */
export async function teachPack(options: TeachOptions): Promise<ModelCard> {
  await packPlace(options.out);
  const begin = options.clock.monotonicMs();
  const pictures = await readGoodPictures(options.folder);
  const taught = await teachFrom(pictures, options);
  const model = normalityGraph(taught.model);
  const listed = learntPictures(pictures);
  const sha256 = sha256Of(model);
  const seconds = (options.clock.monotonicMs() - begin) / 1000;
  const card = taughtCard(options, pictures, taught, seconds, {
    'model.onnx': sha256,
    [PICTURES_FILE]: sha256Of(listed),
  });
  const speed = await speedOf(card, model, sha256, options);
  return writePackFiles(options.out, { ...card, speed }, model, { [PICTURES_FILE]: listed });
}

/** Teaches from pictures in memory. */
export async function teachFrom(
  pictures: readonly GoodPicture[],
  options: Pick<TeachOptions, 'mmPerPx' | 'seed' | 'signal' | 'onProgress'>,
): Promise<Taught> {
  let best: { evidence: TeachEvidence; judgement: Judgement } | null = null;
  for (const reducedBy of SCALES) {
    const evidence = await gatherEvidence(pictures, reducedBy, options);
    const judgement = judgeEvidence({ step: TAUGHT_STEP, from: SCORE_FROM, ...evidence });
    if (best === null || judgement.pastedF1 > best.judgement.pastedF1 * FINER_GAIN) best = { evidence, judgement };
  }
  const { evidence, judgement } = best!;
  const { reducedBy, gaussian, standsOutFrom } = evidence;
  const chanceAt = (score: number) => probabilityOf(curveLogit(judgement.curve, score));
  return {
    model: { reducedBy, gaussian, standsOutFrom, curve: judgement.curve },
    judgement,
    isLeftOut: evidence.isLeftOut,
    threshold: chanceAt(judgement.score),
    sureFrom: chanceAt(judgement.sureScore),
  };
}

function taughtCard(
  options: TeachOptions,
  pictures: readonly GoodPicture[],
  { model, judgement, isLeftOut, threshold, sureFrom }: Taught,
  seconds: number,
  files: Readonly<Record<string, string>>,
): ModelCard {
  const rimPx = LEATHER_SUPPORT_PX * model.reducedBy;
  const hash = createHash('sha256');
  for (const p of pictures) hash.update(p.sha256);
  return {
    kerf: 1,
    id: options.id,
    version: FIRST_VERSION,
    task: 'normality',
    files,
    ...packInterface({ tilePx: CORE_PX + 2 * rimPx, overlapPx: rimPx, mmPerPx: options.mmPerPx }),
    classes: [
      { name: 'good' },
      {
        name: 'defect',
        threshold: Math.round(threshold * 1e4) / 1e4,
        sureFrom: Math.round(sureFrom * 1e4) / 1e4,
        ...classRules('defect'),
      },
    ],
    calibration: { method: 'isotonic', value: model.curve.at.length, ece: null },
    data: [
      {
        name: basename(resolve(options.folder)),
        sha256: hash.digest('hex'),
        licence: 'not stated',
        origin: 'good pictures of the user',
        items: pictures.length,
        groups: pictures.length,
        ships: false,
      },
    ],
    startedFrom: [],
    training: {
      command: options.command,
      seed: options.seed,
      steps: 0,
      seconds: Math.round(seconds * 10) / 10,
      commit: options.commit,
    },
    scores: [
      {
        set: isLeftOut
          ? 'drawn defects pasted on left-out good pictures'
          : 'nothing was left out: the one picture is too small for it',
        date: options.clock.now().slice(0, 10),
        pixelF1: isLeftOut ? Math.round(judgement.pastedF1 * 1e4) / 1e4 : null,
      },
    ],
    speed: null,
  };
}

async function speedOf(
  card: ModelCard,
  model: Uint8Array,
  sha256: string,
  options: TeachOptions,
): Promise<NonNullable<ModelCard['speed']>> {
  const segmenter = await openSegmenter(
    { dir: options.out, card, model, sha256 },
    { provider: 'cpu', workers: 1, signal: options.signal },
  );
  try {
    return await tileSpeed(card, segmenter, options.clock);
  } finally {
    await segmenter.close();
  }
}
