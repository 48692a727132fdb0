import { seededRandom } from '#domain/seeded-random.ts';
import { widenMask } from '#inspect/mask-spread.ts';
import { between } from '#synth/chance.ts';
import type { DefectKind } from '#synth/defect-kinds.ts';
import { drawDefect } from '#synth/draw-defect.ts';
import { drawGrain } from '#synth/draw-grain.ts';
import { developTile, type LeatherTile } from '#synth/draw-leather-tile.ts';
import { drawVisibly } from '#synth/draw-visibly.ts';
import { makeCanvas } from '#synth/leather-canvas.ts';
import { chooseLook, type LeatherLook } from '#synth/leather-look.ts';

export const CLEAN_PX = 640;
export const CLEAN_MM_PER_PX = 0.12;
/** What each judged picture shows. */
export const CLEAN_KINDS: readonly (readonly DefectKind[])[] = [
  ['cut'],
  ['wrinkle'],
  ['stain'],
  ['hole', 'hole', 'hole'],
  ['stain', 'cut'],
  ['wrinkle'],
  ['cut', 'hole'],
  [],
];
/** People draw a mask somewhat round a mark. */
const MASK_MARGIN_PX = 2;

/** Even light, no dust, hardly any noise: grained leather as it is laid under a camera to show defects. */
export function cleanLook(seed: number): LeatherLook {
  const random = seededRandom(seed);
  const look = chooseLook(random);
  return {
    ...look,
    grain: seed % 3 === 0 ? 'smooth' : 'pebble',
    grainSize: between(random, 0.7, 1.5),
    grainContrast: between(random, 0.06, 0.21),
    dust: 0,
    noiseLevels: 1.2,
    mottle: 0.01,
    lightFall: 0.03,
    vignette: 0.03,
  };
}

/** A sharp close-up of clean leather with whole defects in it: a tenth to half of the picture's side long. */
export function drawCleanCloseUp(seed: number, look: LeatherLook, kinds: readonly DefectKind[]): LeatherTile {
  const random = seededRandom(seed);
  const side = { widthPx: CLEAN_PX, heightPx: CLEAN_PX };
  const canvas = makeCanvas({ ...side, mmPerPx: CLEAN_MM_PER_PX }, look, random);
  drawGrain(canvas);
  for (const kind of kinds) {
    const place = {
      x: between(random, 0.2, 0.8) * CLEAN_PX,
      y: between(random, 0.2, 0.8) * CLEAN_PX,
      spanPx: spanOf(kind, random()) * CLEAN_PX,
    };
    drawVisibly(canvas, place, () => drawDefect(canvas, kind, place));
  }
  const tile = developTile(canvas, random);
  return { ...tile, mask: widenMask(tile.mask.map(isMarked), CLEAN_PX, CLEAN_PX, MASK_MARGIN_PX) };
}

function isMarked(kind: number): number {
  return kind === 0 ? 0 : 1;
}

function spanOf(kind: DefectKind, chance: number): number {
  if (kind === 'hole') return 0.04 + 0.04 * chance;
  return kind === 'stain' ? 0.12 + 0.2 * chance : 0.25 + 0.3 * chance;
}
