import { seededRandom } from '#domain/seeded-random.ts';
import { DEFECT_KINDS } from '#synth/defect-kinds.ts';
import type { DefectKind } from '#synth/defect-kinds.ts';
import { pasteDefects } from '#synth/paste-defects.ts';
import { jitterLight } from './training-picture.ts';
import type { PictureList } from './training-picture.ts';

/** Kinds that are pasted on a user's good pictures, and how often. */
const MIXTURE: readonly DefectKind[] = [
  'cut',
  'cut',
  'hole',
  'hole',
  'scratch',
  'scratch',
  'scratch',
  'wrinkle',
  'wrinkle',
  'scar',
  'stain',
  'vein',
];

/** Classes of a pack that learnt from pasted defects. */
export const PASTED_CLASSES: readonly string[] = ['good', ...[...new Set(MIXTURE)].sort()];

const PX_PER_DEFECT = 30_000;

/** Good pictures with drawn defects pasted in, each picture `variants` times with others. A mark in a good picture that
 *  nobody noted stays: it is what good material looks like here. Light and sharpness are varied for learning; what
 *  calibrates and chooses is left as the station's own camera took it, or faint marks would look fainter than they are. */
export function pastedPictures(
  good: PictureList,
  variants: number,
  seed: number,
  { isLightVaried }: { readonly isLightVaried: boolean },
): PictureList {
  return {
    count: good.count * variants,
    classes: PASTED_CLASSES,
    picture: async (index) => {
      const picture = await good.picture(Math.floor(index / variants));
      const own = seed * 1_000_000 + 900_000 + index;
      const random = seededRandom(own);
      const most = Math.max(1, Math.min(12, Math.round((picture.widthPx * picture.heightPx) / PX_PER_DEFECT)));
      const count = random() < 0.1 ? 0 : 1 + Math.floor(random() * most);
      const kinds = Array.from({ length: count }, () => MIXTURE[Math.floor(random() * MIXTURE.length)]!);
      const pasted = pasteDefects({ ...picture, seed: own, kinds, hasCloseUps: true });
      const mask = pasted.mask.map((k) => (k === 0 ? 0 : PASTED_CLASSES.indexOf(DEFECT_KINDS[k - 1]!)));
      const drawn = { ...picture, name: `${picture.name}_${index}`, rgb: pasted.rgb, mask };
      return isLightVaried ? jitterLight(drawn, random) : drawn;
    },
  };
}
