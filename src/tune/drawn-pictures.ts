import { seededRandom } from '#domain/seeded-random.ts';
import { DEFECT_KINDS } from '#synth/defect-kinds.ts';
import { drawHide } from '#synth/draw-hide.ts';
import { chooseLook } from '#synth/leather-look.ts';
import { drawCloseUp } from '#synth/draw-close-up.ts';
import { drawLeatherTile } from '#synth/draw-leather-tile.ts';
import { jitterLight } from './training-picture.ts';
import type { EvaluationList } from './evaluate-pack.ts';
import type { PictureList, TrainingPicture } from './training-picture.ts';

/** Classes of packs that learn from drawn leather, in the order of the drawn masks. */
export const DRAWN_CLASSES: readonly string[] = ['good', ...DEFECT_KINDS];

/** Seeds of drawn sets never meet: training, choosing thresholds, held-back scores, and the confidence of marks have a range each. */
const RANGES = { train: 0, choose: 400_000, test: 700_000, confidence: 900_000 } as const;

/** Seed of one drawn picture. For hides to learn from, every other one has the first of eight seeds that gives nubuck:
 *  its pores are what fools a model most, and by chance alone only a third would have it. */
export function drawnSeed(set: keyof typeof RANGES, seed: number, index: number): number {
  const first = seed * 1_000_000 + RANGES[set] + index;
  if (set === 'test' || set === 'confidence' || index >= CLOSE_UPS || index % 2 === 0) return first;
  for (let k = 0; k < 8; k += 1) {
    const own = first + k * 10_000;
    // drawHide chooses its look first, from the same seed.
    if (chooseLook(seededRandom(own)).grain === 'nubuck') return own;
  }
  return first;
}
/** Numbers of close-ups begin here, and of the sharp ones so much later. */
const CLOSE_UPS = 200_000;
const SHARP_FROM = { train: 100_000, choose: 50_000 } as const;

/** Whole drawn hides on their table. */
export function drawnHides(set: keyof typeof RANGES, seed: number, count: number): PictureList {
  return {
    count,
    classes: DRAWN_CLASSES,
    picture: (index) => {
      const hide = drawHide({ seed: drawnSeed(set, seed, index) });
      return Promise.resolve({ ...hide, name: `hide_${hide.truth.seed}` });
    },
  };
}

/** Drawn close-ups, all leather, 0.15 to 1 mm a pixel, with cameras' differences. */
export function drawnTiles(set: keyof typeof RANGES, seed: number, count: number, sizePx: number): PictureList {
  return {
    count,
    classes: DRAWN_CLASSES,
    picture: (index) => {
      const own = drawnSeed(set, seed, CLOSE_UPS + index);
      const random = seededRandom(own);
      const mmPerPx = Math.exp(Math.log(0.15) + random() * Math.log(1 / 0.15));
      const tile = drawLeatherTile({ seed: own, sizePx, mmPerPx });
      const picture: TrainingPicture = { ...tile, name: `tile_${own}` };
      return Promise.resolve(set === 'train' ? jitterLight(picture, random) : picture);
    },
  };
}

/** Drawn close-ups with the grains and faint marks that sharp pictures of real leather show: at most 50,000 to choose by. */
export function drawnCloseUps(set: 'train' | 'choose', seed: number, count: number, sizePx: number): PictureList {
  return {
    count,
    classes: DRAWN_CLASSES,
    picture: (index) => {
      const own = drawnSeed(set, seed, CLOSE_UPS + SHARP_FROM[set] + index);
      return Promise.resolve({ ...drawCloseUp({ seed: own, sizePx }), name: `close-up_${own}` });
    },
  };
}

/** Drawn hides that neither training nor choosing saw. */
export function heldBackHides(seed: number, count: number): EvaluationList {
  return judgedByMask(drawnHides('test', seed, count));
}

/** Drawn hides to tell by how often marks are real: as chance draws them, and seen by nothing else. */
export function confidenceHides(seed: number, count: number): EvaluationList {
  return judgedByMask(drawnHides('confidence', seed, count));
}

/** Drawn close-ups of both manners to choose a pack's threshold by, as many of each. */
export function closeUpsToChooseBy(seed: number, ofEach: number, sizePx: number): EvaluationList {
  const [one, other] = [drawnCloseUps('choose', seed, ofEach, sizePx), drawnTiles('choose', seed, ofEach, sizePx)];
  return judgedByMask({
    ...one,
    count: 2 * ofEach,
    picture: (i) => (i < ofEach ? one.picture(i) : other.picture(i - ofEach)),
  });
}

function judgedByMask(list: PictureList): EvaluationList {
  return {
    count: list.count,
    picture: async (i) => ({ ...(await list.picture(i)), className: null, classes: list.classes }),
  };
}
