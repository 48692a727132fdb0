import { join } from 'node:path';
import type { OnProgress, Random } from '#domain/ports.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { lookingTwice } from './defect-net.ts';
import type { DefectNet } from './defect-net.ts';
import { halvedPictures } from './halved-pictures.ts';
import { stateSize, trainOnLabels } from './label-training.node.ts';
import { lossCurve } from './loss-curve.ts';
import { collectCrops } from './training-crops.node.ts';
import type { PictureList } from './training-picture.ts';
import { sideBySide } from './side-by-side.node.ts';
import { keepState, readState } from './training-state.node.ts';
import type { TrainingState } from './training-state.node.ts';

export interface LabelNetOptions {
  readonly teach: PictureList;
  /** Held back: training stops when these get no better. */
  readonly choose: PictureList;
  /** Whether the defects are drawn into good pictures: then the weights of one look serve for both. */
  readonly isPasted: boolean;
  readonly levels: readonly number[];
  readonly steps: number;
  readonly lookEvery?: number | undefined;
  readonly seed: number;
  readonly random: Random;
  readonly start?: DefectNet | undefined;
  /** Names this very training, for going on after a stop; and where its state is kept. */
  readonly of: string;
  readonly stateDir: string;
  readonly isResumed: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Side of the pieces that are kept, and how many of each picture: around its defects at most, and anywhere. */
export const PIECE_PX = 192;
type Pieces = { readonly onDefects: number; readonly anywhere: number };
const PIECES: Pieces = { onDefects: 6, anywhere: 3 };
/** At half the size a piece shows four times as much. */
const SMALL_PIECES: Pieces = { onDefects: 3, anywhere: 1 };
const PASTED_PIECES: Pieces = { onDefects: 0, anywhere: 2 };

export function piecesOfPicture(isPasted: boolean): number {
  const all = isPasted ? [PASTED_PIECES] : [PIECES, SMALL_PIECES];
  return all.reduce((sum, { onDefects, anywhere }) => sum + onDefects + anywhere, 0);
}

/** What the second look of a pack that labels taught says counts half as much as the first: five folds of real-256, .5 and 1
 *  (docs/decisions/0058). */
const SMALL_SHARE = 1 / 3;

/** Trains the net of a pack, and beside it, on another core, the weights of its look at half the size. What fails stops both.
 *  @throws KerfError TUNE_TRAINING_NAN, TUNE_RESUME_DIFFERS, TUNE_STATE_BROKEN */
export async function trainLabelNets(options: LabelNetOptions): Promise<{ net: DefectNet; steps: number }> {
  const { teach, choose, isPasted, stateDir, steps } = options;
  const done = { own: 0, small: isPasted ? steps : 0 };
  let curve = '';
  const told = (change: Partial<typeof done>) => {
    Object.assign(done, change);
    options.onProgress?.({ what: `training ${curve}`, done: Math.min(done.own, done.small), total: steps });
  };
  const own = (signal?: AbortSignal) =>
    trainOne({ ...options, signal }, isPasted ? PASTED_PIECES : PIECES, (step, seen) => {
      curve = lossCurve(seen);
      told({ own: step });
    });
  if (isPasted) {
    const { net, state } = await own(options.signal);
    return { net: lookingTwice(net), steps: state.step };
  }
  const halves = { teach: halvedPictures(teach), choose: halvedPictures(choose), stateDir: join(stateDir, 'small') };
  // Its own chance: the two trainings take turns as it happens.
  const random = seededRandom(options.seed * 31 + 9);
  const [{ net, state }, small] = await sideBySide(options.signal, own, (signal) =>
    trainOne({ ...options, ...halves, random, signal, onProgress: undefined }, SMALL_PIECES, (step) =>
      told({ small: step }),
    ),
  );
  return { net: { ...net, second: { weights: small.net.weights, share: SMALL_SHARE } }, steps: state.step };
}

async function trainOne(
  options: LabelNetOptions,
  pieces: Pieces,
  onStep: (step: number, curve: TrainingState['curve']) => void,
): Promise<{ net: DefectNet; state: TrainingState }> {
  const { teach, choose, levels, steps, stateDir, of, random, signal, onProgress } = options;
  const cut = (list: PictureList) =>
    collectCrops([{ list, options: { ...pieces, storedPx: PIECE_PX, random, signal, onProgress } }]);
  const crops = await cut(teach);
  const held = await cut(choose);
  const classCount = teach.classes.length;
  const trained = await trainOnLabels(crops, held, {
    levels,
    classCount,
    steps,
    lookEvery: options.lookEvery,
    seed: options.seed,
    start: options.start,
    of,
    resume: options.isResumed ? await readState(stateDir, of, stateSize(levels, classCount)) : null,
    onState: (kept) => keepState(stateDir, kept),
    signal,
    onStep,
  });
  // Stopped early it is done all the same.
  onStep(steps, trained.state.curve);
  return trained;
}
