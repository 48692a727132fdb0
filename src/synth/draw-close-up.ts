import { seededRandom } from '#domain/seeded-random.ts';
import type { Random } from '#domain/ports.ts';
import { between, logBetween, pick, wholeBetween } from './chance.ts';
import { drawCreaseBand, drawHairCut, drawLint, drawPuncture, drawStripe } from './close-up-defects.ts';
import { CLOSE_UP_GRAINS, drawCloseUpGrain } from './close-up-grain.ts';
import type { DefectKind } from './defect-kinds.ts';
import { drawDefect } from './draw-defect.ts';
import { drawGrain } from './draw-grain.ts';
import { developTile, type LeatherTile } from './draw-leather-tile.ts';
import type { Place } from './draw-line-defects.ts';
import { makeCanvas, type LeatherCanvas } from './leather-canvas.ts';
import { chooseLook } from './leather-look.ts';

type Drawer = (canvas: LeatherCanvas, place: Place) => void;

/** What close-ups show most, and the other kinds as hides have them. */
const DRAWERS: readonly Drawer[] = [
  ...repeat(drawHairCut, 6),
  ...repeat(drawPuncture, 6),
  ...repeat(drawStripe, 4),
  ...repeat(drawCreaseBand, 7),
  ...(
    ['cut', 'hole', 'scratch', 'scratch', 'wrinkle', 'scar', 'tick', 'stain', 'vein', 'loose', 'brand'] as DefectKind[]
  ).map((kind) => (canvas: LeatherCanvas, place: Place) => drawDefect(canvas, kind, place)),
];

/** Buffed leather shows scratches as bands of changed grain, and hardly ever cuts or wrinkles. */
const ON_FIBRE: readonly Drawer[] = [...DRAWERS, ...repeat(drawStripe, 24)];

function repeat<T>(value: T, times: number): T[] {
  return Array.from({ length: times }, () => value);
}

/** Draws a square of leather as a close-up or a sharp scan shows it: more kinds of grain than whole hides have, and the
 *  faint narrow defects that only a close view shows. All material. The same seed and options give the same bytes. */
export function drawCloseUp(options: { readonly seed: number; readonly sizePx: number }): LeatherTile {
  const { seed, sizePx } = options;
  const random = seededRandom(seed);
  const mmPerPx = logBetween(random, 0.15, 1);
  const usual = chooseLook(random);
  const look = {
    ...usual,
    noiseLevels: logBetween(random, 0.3, 3),
    dust: random() < 0.5 ? 0 : logBetween(random, 0.1, 5),
    blur: between(random, -0.22, 0.16),
  };
  const canvas = makeCanvas({ widthPx: sizePx, heightPx: sizePx, mmPerPx }, look, random);
  const grain = random() < 0.2 ? null : pick(random, [...CLOSE_UP_GRAINS, 'milled', 'fibre', 'fibre'] as const);
  if (grain === null) drawGrain(canvas);
  else drawCloseUpGrain(canvas, grain);
  const isFibre = grain === 'fibre' || (grain === null && look.grain === 'nubuck');
  for (let count = defectCount(random); count > 0; count -= 1)
    pick(random, isFibre ? ON_FIBRE : DRAWERS)(canvas, {
      x: between(random, 0.04, 0.96) * sizePx,
      y: between(random, 0.04, 0.96) * sizePx,
      spanPx: between(random, 0.3, 1) * sizePx,
    });
  if (random() < 0.8) drawLint(canvas);
  return developTile(canvas, random);
}

function defectCount(random: Random): number {
  return random() < 0.12 ? 0 : random() < 0.6 ? 1 : wholeBetween(random, 2, 3);
}
